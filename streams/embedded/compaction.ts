import { type Duration, days, type Timestamp } from '../engine/time.js'
import { type BatchEntry, encodeBatch } from './batch.js'
import { batchFrom, type PartitionPlace, type PlacedBatch } from './batches.js'
import type { Environment } from './environment.js'
import { readHead, writeHead } from './heads.js'
import { namedKey, positionKey } from './keys.js'
import type { Writer } from './writer.js'

/** How long a tombstone stays after its timestamp, so that whoever reads the table hears of it. */
export const tombstonesKept: Duration = days(1)

const batchesAtOnce = 32
/** Bounds the memory of a compaction (invariant 7): the rest waits for the next one. */
const keysAtOnce = 500_000

/** What the last compaction of a partition left. */
interface Compacted {
  /** Before this offset each key has one record. */
  readonly to: number
  /** Bytes of the batches before it. */
  readonly bytes: number
  /** Timestamp of the oldest tombstone there; null when there is none. */
  readonly oldestTombstone: Timestamp | null
}

const nothing: Compacted = { to: 0, bytes: 0, oldestTombstone: null }

/**
 * Leaves the newest record of each key, at its offset, and drops old tombstones. Does nothing until the records since the
 * last compaction weigh as much as those before it, or a tombstone has served its time.
 */
export async function compact(
  environment: Environment,
  writer: Writer,
  place: PartitionPlace,
  now: Timestamp,
): Promise<void> {
  const { start, end, bytes, last } = environment.read(() => ({
    ...readHead(environment, place.id),
    last: readCompacted(environment, place.id),
  }))
  const expired = last.oldestTombstone !== null && last.oldestTombstone < now - tombstonesKept
  if (!expired && (end <= last.to || bytes - last.bytes < last.bytes)) return
  const { newest, to } = newestOffsets(environment, place, Math.max(start, last.to), end)
  let left: Compacted = { ...nothing, to }
  for (let next = start; next < to; ) {
    const from = next
    const step = await writer.submit({ write: () => compactSome(environment, place, from, to, newest, now) })
    next = step.next
    left = {
      to,
      bytes: left.bytes + step.bytes,
      oldestTombstone: earlier(left.oldestTombstone, step.oldestTombstone),
    }
  }
  await writer.submit({ write: () => writeCompacted(environment, place.id, left) })
}

/** Where the newest record of each key stands, among those from `from` on; up to the offset that memory allows. */
function newestOffsets(environment: Environment, place: PartitionPlace, from: number, end: number) {
  const newest = new Map<string, number>()
  let to = from
  while (to < end && newest.size < keysAtOnce) {
    const placed = environment.read(() => batchFrom(environment, place, to))
    if (placed === undefined || placed.base >= end) return { newest, to: end }
    const { base, batch } = placed
    for (let index = batch.indexFrom(to - base); index < batch.count; index++) {
      const { key } = batch.record(index)
      if (key !== null) newest.set(keyText(key), base + batch.distance(index))
    }
    to = base + batch.span
  }
  return { newest, to }
}

/** Inside a write. */
function compactSome(
  environment: Environment,
  place: PartitionPlace,
  from: number,
  to: number,
  newest: ReadonlyMap<string, number>,
  now: Timestamp,
): Compacted & { readonly next: number } {
  const { log } = environment.tables
  let next = from
  let bytes = 0
  let saved = 0
  let oldestTombstone: Timestamp | null = null
  for (let count = 0; count < batchesAtOnce && next < to; count++) {
    const placed = batchFrom(environment, place, next)
    if (placed === undefined || placed.base >= to) {
      next = to
      break
    }
    const kept = survivors(placed, newest, now)
    for (const { value, timestamp } of kept) if (value === null) oldestTombstone = earlier(oldestTombstone, timestamp)
    const key = positionKey(place.id, placed.base)
    let size = placed.bytes
    if (kept.length === 0) {
      size = 0
      void log.remove(key)
    } else if (kept.length < placed.batch.count) {
      const encoded = encodeBatch(kept, placed.batch.span)
      size = encoded.length
      void log.put(key, encoded)
    }
    bytes += size
    saved += placed.bytes - size
    next = placed.base + placed.batch.span
  }
  const head = readHead(environment, place.id)
  if (saved !== 0) writeHead(environment, place.id, { ...head, bytes: head.bytes - saved })
  return { to, bytes, oldestTombstone, next }
}

function survivors({ base, batch }: PlacedBatch, newest: ReadonlyMap<string, number>, now: Timestamp): BatchEntry[] {
  const kept: BatchEntry[] = []
  for (let index = 0; index < batch.count; index++) {
    const record = batch.record(index)
    const distance = batch.distance(index)
    const newestOffset = record.key === null ? undefined : newest.get(keyText(record.key))
    if (newestOffset !== undefined && newestOffset > base + distance) continue
    if (record.value === null && record.timestamp < now - tombstonesKept) continue
    kept.push({ ...record, distance })
  }
  return kept
}

const keyText = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')

const earlier = (one: Timestamp | null, other: Timestamp | null): Timestamp | null =>
  one === null ? other : other === null ? one : Math.min(one, other)

function readCompacted({ tables }: Environment, partitionId: number): Compacted {
  const found = tables.meta.get(namedKey('compacted', partitionId))
  return found === undefined ? nothing : JSON.parse(Buffer.from(found).toString('utf8'))
}

function writeCompacted({ tables }: Environment, partitionId: number, compacted: Compacted): void {
  void tables.meta.put(namedKey('compacted', partitionId), Buffer.from(JSON.stringify(compacted)))
}
