import type { Environment } from './environment.js'
import { decodeNumber, encodeNumber, timeKey } from './keys.js'

/*
 * The time index of a partition holds the batches that raised its greatest timestamp, by that timestamp. The first batch
 * with a record at or after an instant is among them, so that a search begins at the entry of the instant.
 */

/** Base offset of the first batch that raised the greatest timestamp to the instant or beyond. Inside a read or a write. */
export function indexedBatch({ tables }: Environment, partitionId: number, timestamp: number): number | undefined {
  const range = { start: timeKey(partitionId, timestamp), end: timeKey(partitionId + 1, 0), limit: 1 }
  for (const { value } of tables.times.getRange(range)) return decodeNumber(value)
  return undefined
}

/** Inside a write. */
export function indexBatch({ tables }: Environment, partitionId: number, timestamp: number, base: number): void {
  void tables.times.put(timeKey(partitionId, timestamp), encodeNumber(base))
}

/** Forgets the batches before the offset, inside a write. False when none are left. */
export function forgetBatches({ tables }: Environment, partitionId: number, before: number): boolean {
  const range = { start: timeKey(partitionId, 0), end: timeKey(partitionId + 1, 0) }
  const outdated: Uint8Array[] = []
  let left = false
  for (const { key, value } of tables.times.getRange(range)) {
    if (decodeNumber(value) >= before) {
      left = true
      break
    }
    outdated.push(key)
  }
  for (const key of outdated) void tables.times.remove(key)
  return left
}
