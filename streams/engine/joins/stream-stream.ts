import { sortable } from '../keyed-state.js'
import type { Emit, OperatorContext } from '../operator.js'
import type { JoinOperator } from '../operator-node.js'
import type { StreamRecord } from '../record.js'
import { messageOf } from '../run-effects.js'
import type { StateStore } from '../store.js'
import type { Duration, Timestamp } from '../time.js'
import type { JoinNode } from '../topology.js'
import type { Window } from '../window.js'

type StreamStream = Extract<JoinNode, { kind: 'stream-stream' }>
type Side = 'l' | 'r'
type Held = readonly [timestamp: Timestamp, value: unknown]

/**
 * Joins two streams: a left record at t meets the right records of its key from t - before to t + after. Each record
 * waits in a bucket of time until stream time says that no partner can be accepted any more, so that a pair comes about
 * if both were in time, whichever of the two was processed first.
 */
export class StreamStreamJoin implements JoinOperator {
  readonly wakeAt = null
  readonly #join: StreamStream
  readonly #fates: OperatorContext['fates']
  readonly #store: StateStore<Held[]>
  /** Width of a bucket: a record's partners lie in two of them at most. */
  readonly #width: Duration
  readonly #hot = new Map<string, Held[]>()
  readonly #dirty = new Set<string>()
  readonly #hotBuckets: number
  #streamTime: Timestamp | null = null
  /** Buckets before this one were evicted. */
  #evicted = -1

  constructor(join: StreamStream, store: string, { openStore, fates, hotKeys = 20_000 }: OperatorContext) {
    this.#join = join
    this.#fates = fates
    this.#store = openStore(store)
    this.#width = join.before + join.after + 1
    this.#hotBuckets = hotKeys
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    this.#meet(record, 'l', this.#join.before, this.#join.after, emit)
  }

  onOther(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    this.#meet(record, 'r', this.#join.after, this.#join.before, emit)
  }

  onStreamTime(streamTime: Timestamp): void {
    this.#streamTime = streamTime
  }

  onClock(): void {}

  flush(): void {
    for (const place of this.#dirty) this.#store.put(place, this.#hot.get(place) ?? [])
    this.#dirty.clear()
    if (this.#streamTime !== null) this.#evict(this.#streamTime)
    for (const place of this.#hot.keys()) {
      if (this.#hot.size <= this.#hotBuckets) break
      this.#hot.delete(place)
    }
  }

  #meet(record: StreamRecord<unknown>, side: Side, back: Duration, ahead: Duration, emit: Emit<unknown>): void {
    const { key, timestamp, value } = record
    if (key === null || value === null) {
      this.#fates.drop(record, key === null ? 'null-key' : 'null-value')
      return
    }
    const window: Window = { start: Math.max(0, timestamp - back), end: timestamp + ahead + 1 }
    const streamTime = Math.max(record.streamTime, this.#streamTime ?? 0)
    if (window.end + this.#join.grace <= streamTime) {
      this.#fates.late(record, window)
      return
    }
    const place = placeOf(side, this.#bucket(timestamp), key)
    this.#at(place).push([timestamp, value])
    this.#dirty.add(place)
    const opposite = side === 'l' ? 'r' : 'l'
    for (let bucket = this.#bucket(window.start); bucket <= this.#bucket(window.end - 1); bucket += 1) {
      for (const held of this.#at(placeOf(opposite, bucket, key))) {
        if (held[0] >= window.start && held[0] < window.end) this.#pair(record, side, held, emit)
      }
    }
  }

  #pair(record: StreamRecord<unknown>, side: Side, [at, held]: Held, emit: Emit<unknown>): void {
    const { joiner } = this.#join
    let value: unknown
    try {
      value = side === 'l' ? joiner(record.value, held) : joiner(held, record.value)
    } catch (error) {
      this.#fates.deadLetter(record, 'processor-failed', `joining it: ${messageOf(error)}`)
      return
    }
    const timestamp = Math.max(record.timestamp, at)
    emit({ ...record, value, timestamp, streamTime: Math.max(record.streamTime, timestamp) })
  }

  #bucket(timestamp: Timestamp): number {
    return Math.floor(timestamp / this.#width)
  }

  #at(place: string): Held[] {
    const hot = this.#hot.get(place)
    if (hot !== undefined) return hot
    const held = this.#store.get(place) ?? []
    this.#hot.set(place, held)
    return held
  }

  /**
   * Removes the buckets of which no record can find a partner any more: a partner of the newest is at most
   * `before + after` away from its own last window, and late after the grace.
   */
  #evict(streamTime: Timestamp): void {
    const last = Math.floor((streamTime - this.#join.grace - this.#width + 1) / this.#width) - 1
    if (last <= this.#evicted) return
    this.#evicted = last
    for (const side of ['l', 'r']) {
      const gone = [...this.#store.range(side, side + sortable(last + 1))]
      for (const [place] of gone) {
        this.#store.delete(place)
        this.#hot.delete(place)
      }
    }
    const [left, right] = [`l${sortable(last + 1)}`, `r${sortable(last + 1)}`]
    for (const place of this.#hot.keys()) if (place < (place.startsWith('l') ? left : right)) this.#hot.delete(place)
  }
}

const placeOf = (side: Side, bucket: number, key: string): string => side + sortable(bucket) + key
