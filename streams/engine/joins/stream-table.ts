import { hotRows, KeyedState } from '../keyed-state.js'
import type { Emit, OperatorContext } from '../operator.js'
import type { JoinOperator } from '../operator-node.js'
import { type StreamRecord, withValue } from '../record.js'
import type { PlacedKeys, ValueCursor } from '../store.js'
import type { Timestamp } from '../time.js'
import type { JoinNode } from '../topology.js'
import type { UnderWay } from '../under-way.js'

type StreamTable = Extract<JoinNode, { kind: 'stream-table' }>
/** Versions of one key, oldest first; null: deleted from then on. */
type Version = readonly [from: Timestamp, value: unknown]

/**
 * Joins each record with the value that the table had at the record's own timestamp. An update of the table that comes
 * out of order takes its place among the versions and never hides a newer one. A record older than the history meets the
 * oldest value that the history still covers, so that the result does not depend on when old versions are removed.
 * Deletions are remembered, so that an older value cannot come back.
 */
export class StreamTableJoin implements JoinOperator {
  readonly wakeAt = null
  readonly #join: StreamTable
  readonly #fates: OperatorContext['fates']
  readonly #underWay: UnderWay | null
  readonly #table: KeyedState<readonly Version[]>
  #streamTime: Timestamp | null = null

  constructor(join: StreamTable, store: string, { openStore, fates, hotKeys, underWay }: OperatorContext) {
    this.#join = join
    this.#fates = fates
    this.#underWay = underWay ?? null
    this.#table = new KeyedState(openStore(store), hotKeys ?? hotRows)
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    const { history, left, joiner } = this.#join
    if (record.key === null || record.value === null) {
      this.#fates.drop(record, record.key === null ? 'null-key' : 'null-value')
      return
    }
    const streamTime = Math.max(record.streamTime, this.#streamTime ?? 0)
    const value = this.#valueAsOf(record.key, Math.max(record.timestamp, streamTime - history))
    if (value === null && !left) this.#fates.drop(record, 'no-match')
    else emit(withValue(record, joiner(record.value, value)))
  }

  onOther(record: StreamRecord<unknown>): void {
    const { key, timestamp, value } = record
    if (key === null) {
      this.#fates.drop(record, 'null-key')
      return
    }
    const { history } = this.#join
    const earlier = this.#table.get(key, 0) ?? []
    const at = earlier.findLastIndex(([from]) => from <= timestamp)
    const kept = earlier[at]?.[0] === timestamp ? earlier.slice(0, at) : earlier.slice(0, at + 1)
    const versions = [...kept, [timestamp, value] as const, ...earlier.slice(at + 1)]
    const covered = versions.slice(Math.max(0, oldestCovered(versions, (this.#streamTime ?? 0) - history)))
    this.#table.put(key, covered, null)
  }

  #valueAsOf(key: string, instant: Timestamp): unknown {
    const picked = this.#table.pick(key, readAsOf, instant, this.#underWay)
    if (picked !== undefined) return picked
    return valueAsOf(this.#table.get(key, 0) ?? [], instant)
  }

  expect(keys: PlacedKeys, from: number, to: number): void {
    this.#table.expect(keys, from, to)
  }

  onStreamTime(streamTime: Timestamp): void {
    this.#streamTime = streamTime
  }

  onClock(): void {}

  flush(): void {
    this.#table.flush(null)
  }
}

/** Index of the newest version from the horizon or before; -1 where there is none. */
function oldestCovered(versions: readonly Version[], horizon: Timestamp): number {
  let at = versions.length - 1
  while (at >= 0 && (versions[at] as Version)[0] > horizon) at -= 1
  return at
}

function valueAsOf(versions: readonly Version[], instant: Timestamp): unknown {
  return versions[oldestCovered(versions, instant)]?.[1] ?? null
}

/** The same of versions that lie as bytes: of all of them the one value is made. */
function readAsOf(cursor: ValueCursor, instant: Timestamp): unknown {
  // What `KeyedState` writes begins with the value.
  cursor.enter()
  let found = -1
  for (let ahead = cursor.enter(); ahead > 0; ahead -= 1) {
    cursor.enter()
    if (cursor.exceeds(instant)) break
    found = cursor.at
    if (ahead > 1) cursor.skip()
  }
  if (found < 0) return null
  cursor.at = found
  return cursor.value()
}
