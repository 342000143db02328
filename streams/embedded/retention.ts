import type { Timestamp } from '../engine/time.js'
import { batchFrom, type PartitionPlace } from './batches.js'
import type { Environment } from './environment.js'
import { readHead, writeHead } from './heads.js'
import { positionKey } from './keys.js'
import { forgetBatches } from './time-index.js'
import type { StoredTopic } from './topics.js'

/** Most batches removed in one transaction: whoever writes next waits for it. */
const batchesAtOnce = 32

/** What one step of retention came to. */
export interface Removal {
  /** Whether there is more to remove. */
  readonly more: boolean
  /** Whether something would go, and stays because it is yet to be read. */
  readonly held: boolean
}

/**
 * Inside a write: removes the oldest batches whose records are all older than the topic keeps them, and the oldest ones
 * beyond the bytes that it keeps. The newest batch stays for its bytes, and so does everything from the offset `unread`
 * on: nothing vanishes before it is read (invariant 4).
 */
export function removeExpired(
  environment: Environment,
  place: PartitionPlace,
  { time, bytes: mostBytes }: StoredTopic['retention'],
  now: Timestamp,
  unread: number,
): Removal {
  const head = readHead(environment, place.id)
  const expired = (maxTimestamp: Timestamp) => time !== null && maxTimestamp < now - time
  const tooMany = (bytes: number, next: number) => mostBytes !== null && bytes > mostBytes && next < head.end
  let { start, bytes } = head
  let removed = 0
  let held = false
  while (start < head.end && removed < batchesAtOnce) {
    const oldest = batchFrom(environment, place, start)
    if (oldest === undefined) break
    const next = oldest.base + oldest.batch.span
    if (!expired(oldest.batch.maxTimestamp) && !tooMany(bytes, next)) break
    if (next > unread) {
      held = true
      break
    }
    void environment.tables.log.remove(positionKey(place.id, oldest.base))
    start = next
    bytes -= oldest.bytes
    removed += 1
  }
  if (removed === 0) return { more: false, held }
  const indexed = forgetBatches(environment, place.id, start)
  writeHead(environment, place.id, { ...head, start, bytes, maxTimestamp: indexed ? head.maxTimestamp : -1 })
  return { more: removed === batchesAtOnce, held }
}
