import type { DeadLetterReason } from '../streams/engine/outcome.js'
import type { Timestamp } from '../streams/engine/time.js'
import type { Fields, SourceItem } from './item.js'
import { type Mapping, mapFields } from './mapping.js'
import { atOnce, type Timeline } from './timeline.js'

/** What the fields of a source become: a time, and the record once it is known which time it is to carry. */
export interface ReadyRecord<Sent> {
  readonly time: Timestamp
  at(time: Timestamp): Sent
}

export interface Refusal {
  readonly line: number
  readonly bytes: Uint8Array
  readonly length: number
  readonly reason: DeadLetterReason
  readonly detail: string
  /** What the mapping made of the line, where there was something to map. */
  readonly fields?: Fields
}

export interface ReplayTarget<Sent> {
  /** Checks the fields against the schema of the topic. A text says what is wrong. */
  ready(fields: Fields): ReadyRecord<Sent> | string
  /** Resolves when all of them are acknowledged. Called with records in the order of the source. */
  append(records: readonly Sent[]): Promise<void>
  refuse(refusals: readonly Refusal[]): Promise<void>
}

export interface ReplayProgress {
  readonly line: number
  readonly sent: number
  readonly refused: number
}

export interface ReplayOptions {
  readonly mapping: Mapping
  /** Made when the time of the first good record is known. */
  readonly timeline: (first: Timestamp) => Timeline
  /** Waits until the moment; rejects or returns early when the signal is given. */
  readonly waitUntil: (moment: Timestamp, signal: AbortSignal) => Promise<void>
  readonly now: () => Timestamp
  readonly signal: AbortSignal
  /** Lines up to this one were sent before and are passed over. */
  readonly after?: number
  /** Records and refusals sent at a time. */
  readonly batch?: number
  readonly onProgress?: (progress: ReplayProgress) => void
}

/** Bytes of the source after which a batch is sent, however few its records are. */
const batchBytes = 8 * 1024 * 1024

/**
 * Sends what a source holds into a topic, at the pace of the timeline, in the order of the source. Every line is
 * either acknowledged by the log or refused with its place and reason; what waits is at most one batch, bounded by its
 * records and by their bytes (invariant 7).
 */
export async function replay<Sent>(
  source: AsyncIterable<SourceItem>,
  target: ReplayTarget<Sent>,
  options: ReplayOptions,
): Promise<ReplayProgress> {
  const { signal, batch = 1_000, after = 0 } = options
  let timeline: Timeline = atOnce
  let started = false
  let progress: ReplayProgress = { line: after, sent: 0, refused: 0 }
  let records: Sent[] = []
  let refusals: Refusal[] = []
  let line = after
  let bytes = 0

  const flush = async () => {
    if (records.length > 0) await target.append(records)
    if (refusals.length > 0) await target.refuse(refusals)
    progress = { line, sent: progress.sent + records.length, refused: progress.refused + refusals.length }
    records = []
    refusals = []
    bytes = 0
    options.onProgress?.(progress)
  }

  for await (const item of source) {
    if (signal.aborted) break
    const fields = item.kind === 'fields' ? mapFields(item.fields, options.mapping) : null
    const ready = fields === null ? null : target.ready(fields)
    if (!started && ready !== null && typeof ready !== 'string') {
      timeline = options.timeline(ready.time)
      started = true
    }
    if (item.line <= after) continue
    if (item.kind === 'refused') refusals.push(item)
    else if (typeof ready === 'string' && fields !== null) {
      const { line: number, bytes: raw } = item
      refusals.push({ line: number, bytes: raw, length: raw.length, reason: 'invalid', detail: ready, fields })
    } else if (ready !== null && typeof ready !== 'string') {
      const due = timeline.due(ready.time)
      if (due > options.now()) {
        await flush()
        await options.waitUntil(due, signal)
        if (signal.aborted) break
      }
      records.push(ready.at(timeline.carried(ready.time)))
    }
    line = item.line
    bytes += item.bytes.length
    if (records.length + refusals.length >= batch || bytes >= batchBytes) await flush()
  }
  await flush()
  return progress
}
