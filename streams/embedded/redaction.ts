import { type BatchEntry, encodeBatch } from './batch.js'
import { batchFrom, type PartitionPlace, type PlacedBatch } from './batches.js'
import type { Environment } from './environment.js'
import { readHead, writeHead } from './heads.js'
import { positionKey } from './keys.js'
import type { Writer } from './writer.js'

/** Batches looked at before others get their turn. */
const batchesAtOnce = 32

/**
 * Takes the values of the records with one of these keys out of a partition, up to an offset: each becomes a tombstone
 * where it stands. Only batches that hold one are written anew. The pages that they leave are used again by LMDB as it
 * needs room, not overwritten at once.
 * @returns how many values were removed
 */
export async function redact(
  environment: Environment,
  writer: Writer,
  place: PartitionPlace,
  before: number,
  keys: ReadonlySet<string>,
): Promise<number> {
  let removed = 0
  let next = environment.read(() => readHead(environment, place.id).start)
  while (next < before) {
    const step = environment.read(() => findSome(environment, place, next, before, keys))
    next = step.next
    for (const base of step.found) {
      removed += await writer.submit({ write: () => rewrite(environment, place, base, before, keys) })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return removed
}

/** Inside a read: the base offsets of batches that hold such records. */
function findSome(
  environment: Environment,
  place: PartitionPlace,
  from: number,
  before: number,
  keys: ReadonlySet<string>,
) {
  const found: number[] = []
  let next = from
  for (let count = 0; count < batchesAtOnce && next < before; count++) {
    const placed = batchFrom(environment, place, next)
    if (placed === undefined) return { found, next: before }
    if (redactedIndexes(placed, before, keys).size > 0) found.push(placed.base)
    next = placed.base + placed.batch.span
  }
  return { found, next }
}

/** Inside a write. The batch may have been compacted or removed since it was found. */
function rewrite(
  environment: Environment,
  place: PartitionPlace,
  base: number,
  before: number,
  keys: ReadonlySet<string>,
): number {
  const placed = batchFrom(environment, place, base)
  if (placed === undefined || placed.base !== base) return 0
  const { batch, bytes } = placed
  const redacted = redactedIndexes(placed, before, keys)
  if (redacted.size === 0) return 0
  const entries = Array.from({ length: batch.count }, (_, index): BatchEntry => {
    const record = batch.record(index)
    const value = redacted.has(index) ? null : record.value
    return { ...record, value, distance: batch.distance(index) }
  })
  const encoded = encodeBatch(entries, batch.span)
  void environment.tables.log.put(positionKey(place.id, base), encoded)
  const head = readHead(environment, place.id)
  writeHead(environment, place.id, { ...head, bytes: head.bytes + encoded.length - bytes })
  return redacted.size
}

function redactedIndexes({ base, batch }: PlacedBatch, before: number, keys: ReadonlySet<string>): ReadonlySet<number> {
  const indexes = new Set<number>()
  for (let index = 0; index < batch.count && base + batch.distance(index) < before; index++) {
    const { key, value } = batch.record(index)
    if (key === null || value === null) continue
    if (keys.has(Buffer.from(key.buffer, key.byteOffset, key.length).toString('utf8'))) indexes.add(index)
  }
  return indexes
}
