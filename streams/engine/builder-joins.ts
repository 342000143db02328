import type { Duration } from './time.js'

/** How a stream meets a table: with the value it had at the timestamp of the stream's record. */
export interface AsOf {
  readonly kind: 'stream-table'
  readonly history: Duration
}

/** How two tables meet: the newest value of each. */
export interface Latest {
  readonly kind: 'table-table'
}

/** How two streams meet: records of one key whose timestamps are near each other. */
export interface Within {
  readonly kind: 'stream-stream'
  readonly before: Duration
  readonly after: Duration
  readonly grace: Duration
}

/**
 * Joins each record with the table's value as of the record's own timestamp.
 * @param history how long, in event time, older values of the table are kept for records that come out of order
 */
export const asOf = ({ history }: { history: Duration }): AsOf => {
  duration('history', history)
  return { kind: 'stream-table', history }
}

/** Joins two tables: a change of either gives a new joined value for the key. */
export const latest = (): Latest => ({ kind: 'table-table' })

/**
 * Joins a record with those of the other topic from `before` ahead of its timestamp to `after` behind it, both ends
 * included. A record is late once stream time has passed the last instant it could meet by more than `grace`.
 */
export const within = (range: { before: Duration; after: Duration; grace: Duration }): Within => {
  duration('before', range.before)
  duration('after', range.after)
  duration('grace', range.grace)
  return { kind: 'stream-stream', ...range }
}

function duration(name: string, value: Duration): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`"${name}" of a join is a duration in whole milliseconds, at least 0, not ${value}`)
  }
}
