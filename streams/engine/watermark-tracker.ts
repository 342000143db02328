import type { Duration, Timestamp } from './time.js'
import type { Watermark } from './watermark.js'

/**
 * An input whose stream time counts.
 * `records`: stream time is the highest timestamp seen; idle when read to its end and silent for `idleAfter`; at once
 * while no partition of its topic ever held a record: a topic that nobody uses must not keep the windows of others open.
 * `producer`: a producer of a repartition topic, which says itself how far it is, or that it is idle; until it spoke it
 * holds everything back.
 * `none`: takes no part (topics of commands).
 */
export interface WatermarkSource {
  readonly id: string
  readonly kind: 'records' | 'producer' | 'none'
}

/** What outlives a restart. Whether a source is at its end, and since when it is silent, is found out anew. */
export interface WatermarkSnapshot {
  readonly combined: Timestamp | null
  readonly sources: readonly (readonly [id: string, streamTime: Timestamp])[]
}

interface SourceState {
  readonly kind: 'records' | 'producer'
  streamTime: Timestamp | null
  /** Processing time since which nothing came and nothing was left to read; null while there is something to read. */
  quietSince: Timestamp | null
  /** Whether no partition of its topic ever held a record. */
  unused: boolean
  /** A producer's own word. */
  saidIdle: boolean
  /** It has something to read that it had not when it said so, and is about to wake up. */
  isWaking: boolean
}

/**
 * Combines the stream times of a fixed set of sources: the minimum over those that are not idle, which never goes back
 * (invariant 6). A source that has something left to read is never idle, however long it is not read from. When every
 * source is idle, stream time moves on at the pace of processing time, so that silence closes windows too.
 *
 * Owned by one task, which reports each record when it is processed, not when it is fetched.
 */
export class WatermarkTracker {
  readonly #sources = new Map<string, SourceState>()
  readonly #idleAfter: Duration | null
  #combined: Timestamp | null = null
  /** Since when all are idle, and the stream time they had reached then. */
  #silence: { readonly since: Timestamp; readonly from: Timestamp } | null = null
  #now: Timestamp = 0

  /** @param idleAfter Silence after which a source that was read to its end is idle; null: never. */
  constructor(sources: readonly WatermarkSource[], idleAfter: Duration | null) {
    if (idleAfter !== null && !(idleAfter >= 0))
      throw new RangeError(`idleAfter must be milliseconds >= 0 or null, not ${idleAfter}`)
    this.#idleAfter = idleAfter
    for (const { id, kind } of sources) {
      if (kind !== 'none')
        this.#sources.set(id, {
          kind,
          streamTime: null,
          quietSince: null,
          unused: false,
          saidIdle: false,
          isWaking: false,
        })
    }
  }

  /** The combined stream time so far; null before the first timestamp of a source that counts. */
  get combined(): Timestamp | null {
    return this.#combined
  }

  /** All sources are idle, and the clock alone moves the stream time. */
  get isSilent(): boolean {
    return this.#silence !== null
  }

  /** Stream time of one source; null when it showed none, or takes no part. */
  streamTimeOf(id: string): Timestamp | null {
    return this.#sources.get(id)?.streamTime ?? null
  }

  /** A record of the source was processed. */
  observe(id: string, timestamp: Timestamp): void {
    const source = this.#sources.get(id)
    if (source === undefined) return
    if (source.streamTime === null || timestamp > source.streamTime) source.streamTime = timestamp
    source.quietSince = null
    source.saidIdle = false
  }

  /**
   * Nothing is left to read from the source, and nothing of it is buffered. Silence counts from the first such call on.
   * @param unused Whether no partition of its topic ever held a record.
   */
  atEnd(id: string, now: Timestamp, unused = false): void {
    this.#setClock(now)
    const source = this.#sources.get(id)
    if (source === undefined) return
    source.quietSince ??= now
    source.unused = unused
  }

  /** Something is left to read, or is buffered: the source is not idle, even when it is not read from (back-pressure). */
  notAtEnd(id: string): void {
    const source = this.#sources.get(id)
    if (source !== undefined) source.quietSince = null
  }

  /** A producer's own watermark, as it came in-band. */
  announce(id: string, watermark: Watermark): void {
    const source = this.#sources.get(id)
    if (source === undefined) return
    source.saidIdle = watermark.kind === 'idle'
    if (watermark.kind === 'at' && (source.streamTime === null || watermark.time > source.streamTime))
      source.streamTime = watermark.time
  }

  /**
   * Whether a producer that said it is idle has something to read again: it is not idle then (invariant 6), though it has
   * not said so yet. Else the first producer that wakes up makes late what the others are about to write.
   */
  waking(id: string, isWaking: boolean): void {
    const source = this.#sources.get(id)
    if (source !== undefined) source.isWaking = isWaking
  }

  isIdle(id: string, now: Timestamp): boolean {
    const source = this.#sources.get(id)
    return source !== undefined && this.#idle(source, now)
  }

  /** Brings the combined stream time up to date and gives it. `now`, processing time, matters for silence alone. */
  advance(now: Timestamp): Timestamp | null {
    this.#setClock(now)
    let lowest = Number.POSITIVE_INFINITY
    let allIdle = this.#sources.size > 0
    for (const source of this.#sources.values()) {
      if (this.#idle(source, now)) continue
      allIdle = false
      lowest = Math.min(lowest, source.streamTime ?? Number.NEGATIVE_INFINITY)
    }
    if (allIdle) {
      this.#advanceByClock(now)
    } else {
      this.#silence = null
      this.#raise(lowest)
    }
    return this.#combined
  }

  /** Processing time at which the next source may become idle; null when none is on the way there. */
  get wakeAt(): Timestamp | null {
    let next = Number.POSITIVE_INFINITY
    for (const source of this.#sources.values()) {
      const idleAt = this.#idleAt(source)
      if (!this.#idle(source, this.#now) && idleAt !== null && idleAt < next) next = idleAt
    }
    return Number.isFinite(next) ? next : null
  }

  /** Processing time at which silence alone will have brought the stream time there; null unless all are idle. */
  clockAt(streamTime: Timestamp): Timestamp | null {
    if (this.#silence === null) return null
    return this.#silence.since + Math.max(0, streamTime - this.#silence.from)
  }

  /**
   * The clock was set, ahead unless `by` is negative: silences move with it, as nobody was silent for longer or shorter.
   * Else a clock that is set a year ahead closes the windows of that year.
   */
  jumped(by: Duration): void {
    for (const source of this.#sources.values()) if (source.quietSince !== null) source.quietSince += by
    if (this.#silence !== null) this.#silence = { since: this.#silence.since + by, from: this.#silence.from }
    this.#now += by
  }

  snapshot(): WatermarkSnapshot {
    const sources: [string, Timestamp][] = []
    for (const [id, { streamTime }] of this.#sources) if (streamTime !== null) sources.push([id, streamTime])
    return { combined: this.#combined, sources }
  }

  /** Takes up where a snapshot was made. Sources that are no longer there are left out; new ones begin without a time. */
  restore(snapshot: WatermarkSnapshot): void {
    if (snapshot.combined !== null) this.#raise(snapshot.combined)
    for (const [id, streamTime] of snapshot.sources) {
      const source = this.#sources.get(id)
      if (source !== undefined) source.streamTime = Math.max(streamTime, source.streamTime ?? streamTime)
    }
  }

  #idleAt({ kind, quietSince, streamTime, unused }: SourceState): Timestamp | null {
    if (kind !== 'records' || this.#idleAfter === null || quietSince === null) return null
    return unused && streamTime === null ? quietSince : quietSince + this.#idleAfter
  }

  #idle(source: SourceState, now: Timestamp): boolean {
    if (source.kind === 'producer') return source.saidIdle && !source.isWaking
    const idleAt = this.#idleAt(source)
    return idleAt !== null && idleAt <= now
  }

  #advanceByClock(now: Timestamp): void {
    this.#silence ??= this.#beginOfSilence(now)
    if (this.#silence === null) return
    this.#raise(this.#silence.from + (now - this.#silence.since))
  }

  /** Null while no source has shown a time: there is nothing to move on from. */
  #beginOfSilence(now: Timestamp): { readonly since: Timestamp; readonly from: Timestamp } | null {
    let since = Number.NEGATIVE_INFINITY
    let from = this.#combined ?? Number.NEGATIVE_INFINITY
    for (const source of this.#sources.values()) {
      since = Math.max(since, this.#idleAt(source) ?? now)
      from = Math.max(from, source.streamTime ?? Number.NEGATIVE_INFINITY)
    }
    return Number.isFinite(from) ? { since, from } : null
  }

  #raise(time: Timestamp): void {
    if (Number.isFinite(time) && (this.#combined === null || time > this.#combined)) this.#combined = time
  }

  /** A clock that was set back takes every silence with it: idleness must not stop for as long as the jump. */
  #setClock(now: Timestamp): void {
    if (now < this.#now) this.jumped(now - this.#now)
    this.#now = now
  }
}
