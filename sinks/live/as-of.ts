import type { Cell, Queries } from '../../streams/engine/ports/analytics.js'

/**
 * How far the topic mentions had got into its table at a moment: of each partition the first offset that does not count.
 * Queries that carry it count the same mentions, whatever is written between them: a block is there as a whole or not at
 * all, and blocks of a partition are written in the order of their offsets. What is there without a place in the topic,
 * written by a version that did not tell it, counts always.
 */
export type AsOf = readonly number[]

/** Where the table stands. */
export async function asOfNow(store: Queries): Promise<AsOf> {
  const rows = await store.query<{ readonly partition: number; readonly next: number | string }>(
    'SELECT m.partition AS partition, max(m.offset) + 1 AS next FROM mentions AS m WHERE m.partition >= 0 GROUP BY partition',
  )
  const next: number[] = []
  for (const row of rows) next[row.partition] = Number(row.next)
  return Array.from(next, (offset) => offset ?? 0)
}

/** Condition over `mentions AS m` to be put behind another; nothing where everything counts. */
export const writtenBy = (asOf: AsOf | undefined): string =>
  asOf === undefined ? '' : ' AND m.offset < {asOf:Array(Int64)}[m.partition + 1]'

/** Values for `writtenBy`. */
export const asOfParams = (asOf: AsOf | undefined): Readonly<Record<string, Cell>> =>
  asOf === undefined ? {} : { asOf }

/**
 * Up to where all is in the table while a backfill runs: the newest mention of the partition that is furthest behind, in
 * milliseconds since the epoch. Null where there is none.
 */
export async function tableWatermark(store: Queries): Promise<number | null> {
  const [row] = await store.query<{ readonly rows: number; readonly reached: number }>(
    `SELECT count() AS rows, toUnixTimestamp64Milli(min(newest)) AS reached
     FROM (SELECT max(m.createdAt) AS newest FROM mentions AS m GROUP BY m.partition)`,
  )
  return row === undefined || row.rows === 0 ? null : Number(row.reached)
}
