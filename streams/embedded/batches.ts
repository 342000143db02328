import { partitionId as nameOfPartition, type TopicPartition } from '../engine/topic.js'
import { Batch } from './batch.js'
import type { Environment } from './environment.js'
import { DamagedEnvironment } from './errors.js'
import { positionKey, positionOf } from './keys.js'

/** A partition, by its name for people and by its number in the environment. */
export interface PartitionPlace extends TopicPartition {
  readonly id: number
}

/** A batch at its place in the log. */
export interface PlacedBatch {
  readonly base: number
  /** Bytes that it takes in the log. */
  readonly bytes: number
  readonly batch: Batch
}

/**
 * The batch that holds the offset, or the first one after it; undefined past the last. Inside a read or a write.
 * @throws DamagedEnvironment when the batch is not what was written
 */
export function batchFrom(environment: Environment, at: PartitionPlace, position: number): PlacedBatch | undefined {
  const { log } = environment.tables
  const exact = log.get(positionKey(at.id, position))
  if (exact !== undefined) return decode(environment, at, position, exact)
  const before = {
    start: positionKey(at.id, position),
    end: positionKey(at.id, 0),
    inclusiveEnd: true,
    reverse: true,
    limit: 1,
  }
  for (const { key, value } of log.getRange(before)) {
    const placed = decode(environment, at, positionOf(key), value)
    if (position < placed.base + placed.batch.span) return placed
  }
  const after = { start: positionKey(at.id, position), end: positionKey(at.id + 1, 0), limit: 1 }
  for (const { key, value } of log.getRange(after)) return decode(environment, at, positionOf(key), value)
  return undefined
}

function decode(environment: Environment, at: PartitionPlace, base: number, bytes: Uint8Array): PlacedBatch {
  try {
    return { base, bytes: bytes.length, batch: new Batch(aligned(bytes)) }
  } catch (error) {
    throw new DamagedEnvironment(
      `the batch at offset ${base} of ${nameOfPartition(at)} in ${environment.dir} is damaged ` +
        `(${error instanceof Error ? error.message : String(error)}): restore the folder from a backup, ` +
        'or move it away and replay the sources',
      { cause: error },
    )
  }
}

/** As plain bytes that typed arrays can be laid over. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes)
}
