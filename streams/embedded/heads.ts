import type { Environment } from './environment.js'
import { partitionKey } from './keys.js'

/** Where a partition begins and ends. */
export interface Head {
  /** The first offset still there. */
  readonly start: number
  /** The offset that the next record gets. */
  readonly end: number
  /** Bytes of its batches. */
  readonly bytes: number
  /** Greatest timestamp in the time index; -1 when it is empty. */
  readonly maxTimestamp: number
}

const emptyHead: Head = { start: 0, end: 0, bytes: 0, maxTimestamp: -1 }

/** Inside a read or a write. */
export function readHead({ tables }: Environment, partitionId: number): Head {
  const found = tables.heads.get(partitionKey(partitionId))
  if (found === undefined) return emptyHead
  const view = new DataView(found.buffer, found.byteOffset, found.length)
  return {
    start: view.getFloat64(0),
    end: view.getFloat64(8),
    bytes: view.getFloat64(16),
    maxTimestamp: view.getFloat64(24),
  }
}

/** Inside a write. */
export function writeHead({ tables }: Environment, partitionId: number, head: Head): void {
  const bytes = new Uint8Array(32)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, head.start)
  view.setFloat64(8, head.end)
  view.setFloat64(16, head.bytes)
  view.setFloat64(24, head.maxTimestamp)
  void tables.heads.put(partitionKey(partitionId), bytes)
}
