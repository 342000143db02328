import { StateFailure } from '../guarded-store.js'
import { KeyedState } from '../keyed-state.js'
import type { Emit, Operator, OperatorContext } from '../operator.js'
import type { Outcome } from '../outcome.js'
import type { Processor, Timer } from '../processor.js'
import { noHeaders, type Origin, type StreamRecord } from '../record.js'
import { messageOf } from '../run-effects.js'
import type { Duration, Timestamp } from '../time.js'
import { offset, partition, topicName } from '../topic.js'
import type { StepNode } from '../topology.js'
import { TimerQueue } from './timer-queue.js'

type ProcessStep = Extract<StepNode, { kind: 'process' }>
type TimedProcessor = Processor<unknown, unknown, unknown> &
  Required<Pick<Processor<unknown, unknown, unknown>, 'onTimer'>>

/** What is kept of a key: its state, and the records whose turn comes after the timer. The timer is when it is due. */
interface Keyed {
  state: unknown
  /** In the order of their stream times. The first `taken` of them are no longer held. */
  held: StreamRecord<unknown>[]
  taken: number
}

/** Keys whose timers are taken from the store together: bounds what is read at once (invariant 7). */
const takenAtOnce = 5_000
/** The index of the state has room for so many digits. */
const latestTimer = 10 ** 16 - 1

/**
 * Runs a processor with timers over the state of each key. A timer is part of the key's state, and is committed with it.
 *
 * The timer of an instant fires once the combined stream time has come that far. It sees every record of its key whose
 * own stream time is before the instant and none whose stream time is not: a record that comes earlier than that, because
 * other sources are behind or the run has not ended, is held with the state and is let on by the timer. What the
 * processor sees is therefore the same however the input was cut into batches and after any restart (invariant 3). In
 * Flink and in Kafka Streams it depends on how far the watermark, or the stream time of the task, has come meanwhile.
 *
 * Timers fire in the order of time. Where `onTimer` throws, a dead letter that names key and instant stands in place of
 * its results; the state stays as it was, without a timer.
 */
export class TimedProcess implements Operator<unknown, unknown> {
  readonly wakeAt = null
  readonly #processor: TimedProcessor
  readonly #fates: OperatorContext['fates']
  readonly #keys: KeyedState<Keyed>
  readonly #lag: Duration
  readonly #origin: Origin
  /** Timers that were set since the last flush; the store lists the others. */
  readonly #queue = new TimerQueue()

  constructor(store: string, processor: TimedProcessor, { openStore, fates, hotKeys, lag = 0 }: OperatorContext) {
    this.#processor = processor
    this.#fates = fates
    this.#keys = new KeyedState(openStore(store), hotKeys)
    this.#lag = lag
    this.#origin = { topic: topicName(store), partition: partition(0), offset: offset(0) }
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const { key } = record
    if (key === null) {
      this.#fates.drop(record, 'null-key')
      return
    }
    const keyed = this.#of(key)
    const timer = this.#keys.expiresAt(key)
    if (timer === null || record.streamTime < timer) {
      this.#take(key, keyed, record, emit)
      return
    }
    hold(keyed, record)
    this.#keys.put(key, keyed, timer)
  }

  onStreamTime(streamTime: Timestamp, emit: Emit<unknown>): void {
    const limit = streamTime - this.#lag
    for (;;) {
      const listed = this.#keys.takeListed(limit, takenAtOnce)
      for (const { key } of listed) {
        // It may have been moved to later than the index says.
        const timer = this.#keys.expiresAt(key)
        if (timer !== null) this.#queue.push(timer, key)
      }
      const isAll = listed.length < takenAtOnce
      const upTo = isAll ? limit : (listed.at(-1)?.at ?? limit)
      while (this.#queue.next <= upTo) {
        const due = this.#queue.pop()
        // A timer that was moved stands elsewhere too.
        if (due !== undefined && this.#keys.expiresAt(due.key) === due.at) this.#fire(due.key, due.at, emit)
      }
      if (isAll) return
    }
  }

  onClock(): void {}

  get nextFinal(): Timestamp | null {
    const next = Math.min(this.#queue.next, this.#keys.firstListed)
    return next === Number.POSITIVE_INFINITY ? null : next + this.#lag
  }

  flush(): void {
    this.#keys.flush(null)
    this.#queue.clear()
  }

  #of(key: string): Keyed {
    return this.#keys.get(key, Number.NEGATIVE_INFINITY) ?? { state: undefined, held: [], taken: 0 }
  }

  #take(key: string, keyed: Keyed, record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const [state, outcomes, timer] = this.#processor.onRecord(keyed.state, record)
    const kept = state === undefined ? null : this.#keys.expiresAt(key)
    const next = timer === undefined ? kept : checked(timer)
    keyed.state = state
    this.#put(key, keyed, next)
    this.#settle(outcomes, record, emit)
  }

  #fire(key: string, at: Timestamp, emit: Emit<unknown>): void {
    const keyed = this.#of(key)
    const timer: Timer = { key, value: null, timestamp: at, streamTime: at, headers: noHeaders, origin: this.#origin }
    let outcomes: readonly Outcome<unknown>[]
    try {
      const [state, given, next = null] = this.#processor.onTimer(keyed.state, timer)
      if (next !== null && next <= at) throw new RangeError(`it set a timer for ${next}, which is not after it`)
      const then = checked(next)
      keyed.state = state
      this.#put(key, keyed, then)
      outcomes = given
    } catch (error) {
      if (error instanceof StateFailure) throw error
      this.#put(key, keyed, null)
      const detail = `the timer of the key "${key}" at ${at} in ${this.#origin.topic} failed: ${messageOf(error)}`
      outcomes = [{ kind: 'deadLetter', reason: 'processor-failed', detail }]
    }
    this.#settle(outcomes, timer, emit)
    this.#letOn(key, keyed, emit)
  }

  /** Takes the held records whose turn is before the next timer. */
  #letOn(key: string, keyed: Keyed, emit: Emit<unknown>): void {
    const { held } = keyed
    for (let record = held[keyed.taken]; record !== undefined; record = held[keyed.taken]) {
      const timer = this.#keys.expiresAt(key)
      if (timer !== null && record.streamTime >= timer) break
      keyed.taken += 1
      try {
        this.#take(key, keyed, record, emit)
      } catch (error) {
        if (error instanceof StateFailure) throw error
        this.#fates.deadLetter(record, 'processor-failed', `${this.#processor.name}: ${messageOf(error)}`)
      }
    }
    if (keyed.taken * 2 < held.length) return
    keyed.held = held.slice(keyed.taken)
    keyed.taken = 0
    this.#put(key, keyed, this.#keys.expiresAt(key))
  }

  #put(key: string, keyed: Keyed, timer: Timestamp | null): void {
    if (keyed.state === undefined && timer === null && keyed.held.length === keyed.taken) {
      this.#keys.delete(key)
      return
    }
    if (timer !== null && timer !== this.#keys.expiresAt(key)) this.#queue.push(timer, key)
    this.#keys.put(key, keyed, timer)
  }

  #settle(outcomes: readonly Outcome<unknown>[], record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'forward') emit(outcome.record)
      else if (outcome.kind === 'late') this.#fates.late(outcome.record, outcome.window)
      else if (outcome.kind === 'drop') this.#fates.drop(record, outcome.reason)
      else this.#fates.deadLetter(record, outcome.reason, outcome.detail)
    }
  }
}

/** Of equal stream times the one that came first stays first. */
function hold({ held, taken }: Keyed, record: StreamRecord<unknown>): void {
  let place = held.length
  while (place > taken && (held[place - 1] as StreamRecord<unknown>).streamTime > record.streamTime) place -= 1
  if (place === held.length) held.push(record)
  else held.splice(place, 0, record)
}

/** @throws RangeError when it is no instant */
function checked(timer: Timestamp | null): Timestamp | null {
  if (timer === null || (Number.isInteger(timer) && timer >= 0 && timer <= latestTimer)) return timer
  throw new RangeError(`a timer is a whole number of milliseconds from 0 to ${latestTimer}, not ${timer}`)
}

const hasTimers = (processor: ProcessStep['processor']): processor is TimedProcessor => processor.onTimer !== undefined

/** The operator of the step when its processor has timers. */
export const timedProcess = ({ processor, store }: ProcessStep): ((context: OperatorContext) => TimedProcess) | null =>
  hasTimers(processor) ? (context) => new TimedProcess(store, processor, context) : null
