import type { Timestamp } from '../time.js'

interface Entry {
  readonly at: Timestamp
  readonly key: string
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.key < other.key)

/** Keys by the instant of their timer: a binary heap. A key whose timer has moved stands in it twice. */
export class TimerQueue {
  readonly #heap: Entry[] = []

  /** The earliest instant; infinite when the queue is empty. */
  get next(): Timestamp {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY
  }

  push(at: Timestamp, key: string): void {
    const heap = this.#heap
    const entry = { at, key }
    let place = heap.length
    heap.push(entry)
    while (place > 0) {
      const parent = (place - 1) >>> 1
      const above = heap[parent] as Entry
      if (!isBefore(entry, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = entry
  }

  /** Takes the earliest; of one instant the smallest key. */
  pop(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      const isRight = other !== undefined && isBefore(other, one)
      const below = isRight ? other : one
      if (!isBefore(below, last)) break
      heap[place] = below
      place = isRight ? left + 1 : left
    }
    heap[place] = last
    return first
  }

  clear(): void {
    this.#heap.length = 0
  }
}
