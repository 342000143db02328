import type { Timestamp } from '../time.js'
import { type KeyState, never } from './layout.js'

/**
 * States in memory by the instant at which they are due: a set for each instant and a heap of the instants, so that
 * closing costs what closes. A state that turns out to be due later is moved when its turn comes, not before.
 */
export class DueQueue<State extends KeyState> {
  readonly #sets = new Map<Timestamp, Set<State>>()
  readonly #heap: Timestamp[] = []

  /** The earliest instant at which a state may be due; `never` when the queue is empty. */
  get next(): Timestamp {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return never
      if ((this.#sets.get(first)?.size ?? 0) > 0) return first
      this.#sets.delete(first)
      this.#pop()
    }
  }

  /** Puts the state where it is due, when that is earlier than where it stands. */
  schedule(state: State): void {
    if (state.due >= state.scheduled) return
    this.remove(state)
    state.scheduled = state.due
    const set = this.#sets.get(state.due)
    if (set !== undefined) {
      set.add(state)
      return
    }
    this.#sets.set(state.due, new Set([state]))
    this.#push(state.due)
  }

  remove(state: State): void {
    this.#sets.get(state.scheduled)?.delete(state)
    state.scheduled = never
  }

  /** Takes out the states that stand at the instant. */
  take(due: Timestamp): ReadonlySet<State> {
    const states = this.#sets.get(due) ?? new Set()
    this.#sets.delete(due)
    for (const state of states) state.scheduled = never
    return states
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
