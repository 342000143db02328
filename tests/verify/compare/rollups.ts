import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, RowComparison } from '../comparison.js'
import type { Expected } from '../oracle/oracle.js'
import { authorsOf } from '../oracle/windows.js'
import { numberOf, queried } from '../reading.js'
import { figures, figuresOf, key } from './figures.js'

/** Every row of the roll-ups, through the views that give plain numbers. */
export async function compareRollups(instance: Instance, { rollups }: Expected): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const [table, expected] of rollups) {
    const rows = new RowComparison(`roll-up ${table}`, figures, expected, ({ sums }) => figuresOf(sums))
    const sql = `SELECT term, kind, region, toUnixTimestamp64Milli(start), ${figures.join(', ')} FROM pulso.${table}_view`
    for (const [term, kind, region, start, ...found] of await queried(instance, sql))
      rows.take(key(term, kind, region, numberOf(start)), found.map(numberOf))
    compared.push(rows.end())
  }
  return compared
}

const aspectFigures = figures.filter((figure) => figure !== 'unsure')

/** Every row of the roll-ups of aspects. */
export async function compareAspects(instance: Instance, { aspectRollups }: Expected): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const [table, expected] of aspectRollups) {
    const rows = new RowComparison(`roll-up ${table}`, aspectFigures, expected, ({ sums }) =>
      aspectFigures.map((figure) => (figure === 'authors' ? authorsOf(sums) : sums[figure])),
    )
    const sql = `SELECT aspect, term, kind, region, toUnixTimestamp64Milli(start), ${aspectFigures.join(', ')} FROM pulso.${table}_view`
    for (const [aspect, term, kind, region, start, ...found] of await queried(instance, sql))
      rows.take(key(aspect, term, kind, region, numberOf(start)), found.map(numberOf))
    compared.push(rows.end())
  }
  return compared
}

/** Two ways of the store itself: mentions by hour and day in plain SQL, against the roll-ups that views keep. */
export async function compareInSql(instance: Instance): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const [table, start] of [
    ['trends_by_minute', 'toStartOfMinute(createdAt)'],
    ['trends_by_hour', 'toStartOfHour(createdAt)'],
    ['trends_by_day', "toStartOfDay(createdAt, 'America/Lima')"],
  ] as const) {
    const plain = await queried(
      instance,
      `SELECT toUnixTimestamp(${start}) AS at, sumIf(sign, repostOf IS NULL), sumIf(sign, repostOf IS NOT NULL),
         length(arrayDistinct(groupArrayIf(author, sign = 1 AND (postId, revision) IN (SELECT postId, revision FROM pulso.current_mentions))))
       FROM pulso.mentions GROUP BY at`,
    )
    const expected = new Map(plain.map(([at, ...cells]) => [String(at), cells.map(numberOf)]))
    const columns = ['mentions', 'reposts', 'authors']
    const rows = new RowComparison(`SQL over mentions = ${table}`, columns, expected, (cells) => cells)
    const sql = `SELECT intDiv(toUnixTimestamp64Milli(start), 1000), mentions, reposts, authors
      FROM pulso.${table}_view WHERE kind = 'all' AND region = '*'`
    for (const [at, ...cells] of await queried(instance, sql)) rows.take(String(at), cells.map(numberOf))
    compared.push(rows.end())
  }
  return compared
}
