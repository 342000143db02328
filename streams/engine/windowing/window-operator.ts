import type { Emit, Operator, OperatorContext } from '../operator.js'
import type { Copied } from '../outgoing-batch.js'
import type { Aggregate, WindowContext } from '../processor.js'
import { noHeaders, type Origin, type StreamRecord } from '../record.js'
import { messageOf } from '../run-effects.js'
import type { Duration, Timestamp } from '../time.js'
import { offset, partition, topicName } from '../topic.js'
import type { Updates } from '../topology.js'
import { isAssignable, type Window } from '../window.js'
import { Closings, type GiveClosing } from './closings.js'
import { DueQueue } from './due-queue.js'
import { type Give, type KeyState, never, type Standing, type Taken, type WindowLayout } from './layout.js'
import { WindowStore } from './window-store.js'

const defaultHotKeys = 100_000
/** Keys whose windows are closed together: bounds what waits to be given (invariant 7). */
const closedAtOnce = 5_000

export interface WindowOperatorSettings<In, Accumulator, Out, State extends KeyState, Stored> {
  readonly aggregate: Aggregate<In, Accumulator, Out>
  readonly layout: WindowLayout<In, Accumulator, State, Stored>
  readonly grace: Duration
  readonly updates: Updates
  /** Name of the store. */
  readonly store: string
  readonly context: OperatorContext
}

/**
 * Aggregates records by key and window, whatever the layout of the windows.
 *
 * One rule says when a window is closed: for a record, once `closing point + grace <= record.streamTime`; for everybody,
 * once the combined stream time has come that far and its final was given. A record that no window takes is late, and is
 * reported with the newest window it missed; one that some windows take is not late, and is counted by `partlyLate`.
 *
 * Finals are given in the order of closing; between keys that close at the same instant there is no order. Early updates
 * of all windows that changed are given together, at most once an interval of processing time. Results carry the largest
 * timestamp of their input (sessions: the end), and as their origin the store of this operator, since no single record
 * is theirs. Where the aggregate throws at a final or a retraction, a dead letter that names window, key and error
 * stands in its place, and the window is closed; an early update that fails is left out, as another follows.
 *
 * Owned here: the states of hot keys. A key that is not in memory is whole in the store; a key in memory has all its
 * windows there. Memory is bounded by evicting, after each flush, what was not used lately (invariant 7).
 */
export class WindowOperator<In, Accumulator, Out, State extends KeyState, Stored> implements Operator<In, Out> {
  readonly delay: Duration
  readonly #settings: WindowOperatorSettings<In, Accumulator, Out, State, Stored>
  readonly #layout: WindowLayout<In, Accumulator, State, Stored>
  readonly #grace: Duration
  readonly #interval: Duration | null
  readonly #store: WindowStore<Stored>
  readonly #origin: Origin
  readonly #hotKeys: number

  readonly #hot = new Map<string, State>()
  readonly #queue = new DueQueue<State>()
  readonly #closings = new Closings<Accumulator, Copied>()
  #dirty: State[] = []
  /** Keys in the store and not in memory; infinite where that is not known, after a restart. */
  #cold: number
  /** Closing point up to which everything is final. */
  #closed: Timestamp
  #flushedClosed: Timestamp
  readonly #pending: Set<string>
  #pendingChanged = false
  #updatedAt: Timestamp = Number.NEGATIVE_INFINITY
  #hand: Iterator<State> = this.#hot.values()

  constructor(settings: WindowOperatorSettings<In, Accumulator, Out, State, Stored>) {
    this.#settings = settings
    this.#layout = settings.layout
    this.#grace = settings.grace
    this.#interval = settings.updates.kind === 'every' ? settings.updates.interval : null
    this.#store = new WindowStore<Stored>(settings.context.openStore(settings.store))
    this.#hotKeys = settings.context.hotKeys ?? defaultHotKeys
    this.#origin = { topic: topicName(settings.store), partition: partition(0), offset: offset(0) }
    this.delay = settings.layout.reach + settings.grace
    this.#cold = this.#store.empty ? 0 : never
    this.#closed = this.#store.closed
    this.#flushedClosed = this.#closed
    this.#pending = new Set(this.#interval === null ? [] : this.#store.loadPending())
  }

  onRecord(record: StreamRecord<In>): void {
    const { key, timestamp } = record
    const { fates } = this.#settings.context
    if (key === null) {
      fates.drop(record, 'null-key')
      return
    }
    if (!isAssignable(timestamp)) {
      fates.deadLetter(record, 'timestamp-out-of-range', `no window holds the timestamp ${timestamp}`)
      return
    }
    const state = this.#hot.get(key) ?? this.#loaded(key) ?? this.#created(key)
    const taken = this.#add(state, record)
    if (taken === 'none') {
      fates.late(record, this.#layout.windowOf(timestamp))
      return
    }
    if (taken === 'some') fates.partlyLate?.(record)
    state.touched = true
    if (state.due < state.scheduled) this.#queue.schedule(state)
    this.#markDirty(state)
    if (this.#interval !== null && !state.pending) {
      state.pending = true
      this.#pending.add(key)
      this.#pendingChanged = true
    }
  }

  onStreamTime(streamTime: Timestamp, emit: Emit<Out>): void {
    const limit = streamTime - this.#grace
    if (!(limit > this.#closed)) return
    const give = this.#giveClosing(emit)
    for (let taken = this.#takeDue(limit); taken !== null; taken = this.#takeDue(limit)) {
      const { upTo, hot, cold } = taken
      for (const state of hot) {
        this.#layout.close(state, this.#closed, upTo, this.#closings)
        this.#settle(state)
      }
      for (const state of cold) this.#closeCold(state, upTo)
      this.#closed = upTo
      this.#closings.give(give)
    }
    this.#closed = limit
  }

  onClock(now: Timestamp, emit: Emit<Out>): void {
    // A clock that was set back must not silence the updates for as long as the jump.
    if (now < this.#updatedAt) this.#updatedAt = now
    const { wakeAt } = this
    if (wakeAt === null || now < wakeAt) return
    this.#updatedAt = now
    const give = this.#give(emit)
    for (const key of this.#pending) {
      const hot = this.#hot.get(key)
      const state = hot ?? this.#read(key)
      if (state === undefined) continue
      this.#layout.update(state, this.#closed, give)
      state.pending = false
      if (hot !== undefined) this.#markDirty(hot)
      else this.#save(state, this.#closed)
    }
    this.#pending.clear()
    this.#store.clearPending()
    this.#pendingChanged = false
  }

  get wakeAt(): Timestamp | null {
    if (this.#interval === null || this.#pending.size === 0) return null
    return Math.max(0, this.#updatedAt + this.#interval)
  }

  get nextFinal(): Timestamp | null {
    const due = Math.min(this.#queue.next, this.#coldDue)
    return due === never ? null : Math.max(due, this.#closed + 1) + this.#grace
  }

  flush(): void {
    for (const state of this.#dirty) {
      state.dirty = false
      if (state.due === never) this.#remove(state)
      else this.#save(state, this.#closed)
    }
    this.#dirty = []
    if (this.#closed !== this.#flushedClosed) {
      this.#store.saveClosed(this.#closed)
      this.#flushedClosed = this.#closed
    }
    if (this.#pendingChanged) {
      this.#store.savePending(this.#pending)
      this.#pendingChanged = false
    }
    this.#evict()
  }

  #created(key: string): State {
    const state = this.#layout.create(key)
    this.#hot.set(key, state)
    return state
  }

  #loaded(key: string): State | undefined {
    if (this.#cold === 0) return undefined
    const state = this.#read(key)
    if (state === undefined) return undefined
    this.#cold -= 1
    this.#adopt(state)
    return state
  }

  #read(key: string): State | undefined {
    const found = this.#store.load(key)
    if (found === undefined) return undefined
    const state = this.#layout.decode(key, found.parts, this.#closed)
    state.indexed = found.indexed
    state.parts = found.ids
    state.pending = this.#pending.has(key)
    return state
  }

  #adopt(state: State): void {
    this.#hot.set(state.key, state)
    this.#settle(state)
  }

  /** After a change of when the state is due. */
  #settle(state: State): void {
    if (state.due === never) this.#markDirty(state)
    else this.#queue.schedule(state)
  }

  #markDirty(state: State): void {
    if (state.dirty) return
    state.dirty = true
    this.#dirty.push(state)
  }

  /** A record that is late, or that the aggregate throws at, leaves no trace of a key that holds nothing. */
  #add(state: State, record: StreamRecord<In>): Taken {
    let taken: Taken = 'none'
    try {
      const closed = Math.max(this.#closed, record.streamTime - this.#grace)
      taken = this.#layout.add(state, record.value, record.timestamp, closed)
    } finally {
      if (taken === 'none' && state.due === never && !state.dirty) this.#hot.delete(state.key)
    }
    return taken
  }

  get #coldDue(): Timestamp {
    return this.#cold === 0 ? never : (this.#store.first?.due ?? never)
  }

  /**
   * Takes states that are due, in the order of their dues, as many as are closed at once, and says up to where all that
   * is due was taken. Null when nothing is due up to the limit.
   */
  #takeDue(limit: Timestamp): { upTo: Timestamp; hot: readonly State[]; cold: readonly State[] } | null {
    const hot: State[] = []
    const cold: State[] = []
    let upTo: Timestamp | null = null
    for (;;) {
      const coldDue = this.#coldDue
      const due = Math.min(this.#queue.next, coldDue)
      if (due > limit) return upTo === null ? null : { upTo: limit, hot, cold }
      if (hot.length + cold.length >= closedAtOnce) return { upTo: upTo ?? due, hot, cold }
      this.#queue.take(due, hot)
      if (coldDue === due) this.#takeCold(due, cold)
      upTo = Math.max(this.#closed, due)
    }
  }

  #takeCold(due: Timestamp, into: State[]): void {
    for (let entry = this.#store.first; entry !== undefined && entry.due === due; entry = this.#store.first) {
      this.#store.take(entry)
      const state = this.#hot.has(entry.key) ? undefined : this.#read(entry.key)
      if (state !== undefined) into.push(state)
    }
  }

  #closeCold(state: State, upTo: Timestamp): void {
    this.#layout.close(state, this.#closed, upTo, this.#closings)
    if (this.#hot.size < this.#hotKeys) {
      this.#cold -= 1
      this.#adopt(state)
    } else if (state.due === never) {
      this.#cold -= 1
      this.#store.remove(state)
    } else {
      this.#save(state, upTo)
    }
  }

  /** Writes the state; its entry in the index is moved only where it would come too late or was `passed`. */
  #save(state: State, passed: Timestamp): void {
    const stands = state.indexed <= state.due && state.indexed > passed
    const due = stands ? state.indexed : state.due
    this.#store.save(state, this.#layout.changes(state), this.#layout.oldestPart(state), due)
  }

  #remove(state: State): void {
    this.#store.remove(state)
    this.#queue.remove(state)
    this.#hot.delete(state.key)
  }

  /** Second chance: what was used since the hand last came by stays for another round. */
  #evict(): void {
    while (this.#hot.size > this.#hotKeys) {
      const next = this.#hand.next()
      if (next.done === true) {
        this.#hand = this.#hot.values()
        continue
      }
      const state = next.value
      if (state.touched) {
        state.touched = false
        continue
      }
      if (state.indexed > state.due || state.indexed <= this.#closed) this.#save(state, this.#closed)
      this.#queue.remove(state)
      this.#hot.delete(state.key)
      this.#cold += 1
    }
  }

  #give(emit: Emit<Out>): Give<Accumulator> {
    return (key, window, accumulator, timestamp, revision, standing) => {
      const record = this.#result(key, window, accumulator, timestamp, revision, standing)
      if (record !== null) emit(record)
    }
  }

  /** Of a run of windows one result is made, and written again for the others, where the aggregate promises as much. */
  #giveClosing(emit: Emit<Out>): GiveClosing<Accumulator, Copied> {
    const { bounds } = this.#settings.aggregate
    const copies = bounds === undefined ? null : (emit.copies ?? null)
    return (first, more, key, start, end, accumulator, timestamp, revision, standing) => {
      if (first !== null && copies?.write(first, start, end)) return null
      const record = this.#result(key, { start, end }, accumulator, timestamp, revision, standing)
      if (record === null) return null
      emit(record)
      if (more === 0 || copies === null || bounds === undefined) return null
      return copies.keep(bounds)
    }
  }

  /** Null where the aggregate throws; of what is not an update a dead letter says so. */
  #result(
    key: string,
    window: Window,
    accumulator: Accumulator,
    timestamp: Timestamp,
    revision: number,
    standing: Standing,
  ): StreamRecord<Out> | null {
    const isFinal = standing === 'final'
    const context: WindowContext = { key, window, isFinal, revision, retracted: standing === 'retraction' }
    const streamTime = isFinal ? window.end - 1 : timestamp
    let value: Out
    try {
      value = this.#settings.aggregate.result(accumulator, context)
    } catch (error) {
      if (standing !== 'update') this.#failed(this.#record(key, null, timestamp, streamTime), window, standing, error)
      return null
    }
    return this.#record(key, value, timestamp, streamTime)
  }

  #record<Value>(key: string, value: Value, timestamp: Timestamp, streamTime: Timestamp): StreamRecord<Value> {
    return { key, value, timestamp, streamTime, headers: noHeaders, origin: this.#origin }
  }

  /** The window is closed all the same: a task that tried it again would fail at it for ever. */
  #failed(record: StreamRecord<unknown>, window: Window, standing: string, error: unknown): void {
    const { aggregate, context, store } = this.#settings
    const at = `window ${window.start} to ${window.end} of the key "${record.key}" in ${store}`
    const detail = `the ${standing} result of the aggregate "${aggregate.name}" for ${at} failed: ${messageOf(error)}`
    context.fates.deadLetter(record, 'processor-failed', detail)
  }
}
