import type { Timestamp } from '../time.js'
import { type KeyState, never } from './layout.js'

const fewGone = 32

/**
 * States in memory by the instant at which they are due: a list for each instant and a heap of the instants, so that
 * closing costs what closes. A state that turns out to be due later is moved when its turn comes, not before; one that
 * was moved or removed is passed over in its old list, which is cleared of such states once they are half of it.
 */
export class DueQueue<State extends KeyState> {
  readonly #lists = new Map<Timestamp, { states: State[]; gone: number }>()
  readonly #heap: Timestamp[] = []

  /** The earliest instant at which a state may be due; `never` when the queue is empty. */
  get next(): Timestamp {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return never
      const states = this.#lists.get(first)?.states
      while (states !== undefined && states.length > 0) {
        if (states[states.length - 1]?.scheduled === first) return first
        states.pop()
      }
      this.#lists.delete(first)
      this.#pop()
    }
  }

  /** Puts the state where it is due, when that is earlier than where it stands. */
  schedule(state: State): void {
    const { due } = state
    if (due >= state.scheduled) return
    this.remove(state)
    state.scheduled = due
    const list = this.#lists.get(due)
    if (list !== undefined) {
      list.states.push(state)
      return
    }
    this.#lists.set(due, { states: [state], gone: 0 })
    this.#push(due)
  }

  remove(state: State): void {
    const { scheduled } = state
    state.scheduled = never
    const list = this.#lists.get(scheduled)
    if (list === undefined) return
    list.gone += 1
    if (list.gone < fewGone || list.gone * 2 < list.states.length) return
    list.states = list.states.filter((each) => each.scheduled === scheduled)
    list.gone = 0
  }

  /** Moves the states that stand at the instant to the end of the list. */
  take(due: Timestamp, into: State[]): void {
    const list = this.#lists.get(due)
    if (list === undefined) return
    this.#lists.delete(due)
    for (const state of list.states) {
      // Only the first time: it stands here twice when it was removed and came back.
      if (state.scheduled !== due) continue
      state.scheduled = never
      into.push(state)
    }
  }

  #push(time: Timestamp): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(time)
    while (at > 0) {
      const parent = (at - 1) >>> 1
      const above = heap[parent] ?? never
      if (above <= time) break
      heap[at] = above
      at = parent
    }
    heap[at] = time
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const child = (heap[left + 1] ?? never) < (heap[left] ?? never) ? left + 1 : left
      const below = heap[child] ?? never
      if (below >= last) break
      heap[at] = below
      at = child
    }
    heap[at] = last
  }
}
