import { hotRows, KeyedState } from '../keyed-state.js'
import type { Emit, OperatorContext } from '../operator.js'
import type { JoinOperator } from '../operator-node.js'
import type { StreamRecord } from '../record.js'
import type { Timestamp } from '../time.js'
import type { JoinNode } from '../topology.js'

type TableTable = Extract<JoinNode, { kind: 'table-table' }>
/** The newest change of a key in one table; null: deleted. */
type Row = readonly [changedAt: Timestamp, value: unknown]

/**
 * Joins the newest values of two tables: each change gives the joined value of its key, or a tombstone when one side was
 * deleted that had been joined. A change that is older than what the table holds changes nothing and is dropped as
 * `unchanged`. Deletions are remembered, so that an older value cannot come back.
 */
export class TableTableJoin implements JoinOperator {
  readonly wakeAt = null
  readonly #join: TableTable
  readonly #fates: OperatorContext['fates']
  readonly #rows: KeyedState<Row>

  constructor(join: TableTable, store: string, { openStore, fates, hotKeys }: OperatorContext) {
    this.#join = join
    this.#fates = fates
    this.#rows = new KeyedState(openStore(store), hotKeys ?? hotRows)
  }

  onRecord(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    this.#change(record, 'left', 'right', emit)
  }

  onOther(record: StreamRecord<unknown>, emit: Emit<unknown>): void {
    this.#change(record, 'right', 'left', emit)
  }

  onStreamTime(): void {}

  onClock(): void {}

  flush(): void {
    this.#rows.flush(null)
  }

  #change(record: StreamRecord<unknown>, side: string, opposite: string, emit: Emit<unknown>): void {
    const { key, timestamp, streamTime, value } = record
    if (key === null) {
      this.#fates.drop(record, 'null-key')
      return
    }
    const before = this.#rows.get(`${side} ${key}`, 0)
    if (before !== undefined && before[0] > timestamp) {
      this.#fates.drop(record, 'unchanged')
      return
    }
    const other = this.#rows.get(`${opposite} ${key}`, 0)
    const otherValue = other?.[1] ?? null
    const wasJoined = (before?.[1] ?? null) !== null && otherValue !== null
    const joins = value !== null && otherValue !== null
    const { joiner } = this.#join
    const joined = !joins ? null : side === 'left' ? joiner(value, otherValue) : joiner(otherValue, value)
    this.#rows.put(`${side} ${key}`, [timestamp, value], null)
    if (!joins && !wasJoined) return
    const newest = Math.max(timestamp, other?.[0] ?? 0)
    emit({ ...record, value: joined, timestamp: newest, streamTime: Math.max(streamTime, newest) })
  }
}
