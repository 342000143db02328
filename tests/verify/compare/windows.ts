import type { Trend } from '../../../schemas/trend.js'
import type { Instance } from '../../../streams/app/instance.js'
import { type Cell, type Compared, RowComparison } from '../comparison.js'
import type { Expected } from '../oracle/oracle.js'
import { aspectsOf, type WindowResult } from '../oracle/windows.js'
import { numberOf, queried, shown } from '../reading.js'
import { figures, figuresOf, key } from './figures.js'

/** So many looks without anything new, half a second apart, before what is there is taken for the last. */
const looksInQuiet = 40

const windowKey = (of: { term: unknown; kind: unknown; region: unknown; window: unknown; start: unknown }): string =>
  key(of.term, of.kind, of.region, of.window, of.start)

/** Every final in the table, and each exactly once in the topic. */
export async function compareFinals(instance: Instance, { windows }: Expected): Promise<readonly Compared[]> {
  const finals = new Map([...windows].filter(([, { isFinal }]) => isFinal))
  const cells = ({ end, sums }: WindowResult) => [end, ...figuresOf(sums)]
  const table = new RowComparison('table trends: finals', ['end', ...figures], finals, cells)
  const months = await queried(instance, 'SELECT DISTINCT window, toYYYYMM(start) FROM pulso.trends ORDER BY 1, 2')
  for (const [window, month] of months) {
    const sql = `SELECT term, kind, region, window, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end), ${figures.join(', ')}
      FROM pulso.trends_final WHERE window = {window:String} AND toYYYYMM(start) = {month:UInt32}`
    const params = { window: String(window), month: String(month) }
    for (const [term, kind, region, name, start, ...found] of await queried(instance, sql, params))
      table.take(windowKey({ term, kind, region, window: name, start: numberOf(start) }), found.map(numberOf))
  }
  // Words are counted without aspects.
  const topicCells = (result: WindowResult) => [
    ...cells(result),
    JSON.stringify(result.kind === 'word' ? [] : aspectsOf(result.sums)),
  ]
  const columns = ['end', ...figures, 'aspects']
  const topic = new RowComparison('topic trends: each final once, with aspects', columns, finals, topicCells)
  for await (const { value } of shown(instance, 'trends')) {
    const trend = value as Readonly<Record<string, Cell>> & Pick<Trend, 'aspects'>
    if (trend['isFinal'] !== true) continue
    const { term, kind, region, window, start } = trend
    topic.take(windowKey({ term, kind, region, window, start }), [
      ...['end', ...figures].map((name) => trend[name] ?? null),
      JSON.stringify(trend.aspects),
    ])
  }
  return [table.end(), topic.end()]
}

/** The newest results of windows that are still open. Emerging words are left out: early ones depend on the clock. */
export async function compareOpenWindows(instance: Instance, { windows }: Expected): Promise<Compared> {
  const open = new Map([...windows].filter(([, { isFinal, kind }]) => !isFinal && kind !== 'word'))
  const rows = new RowComparison('table trends: open windows', figures, open, ({ sums }) => figuresOf(sums))
  const sql = `SELECT term, kind, region, window, toUnixTimestamp64Milli(start), ${figures.join(', ')}
    FROM pulso.trends_latest WHERE NOT isFinal AND kind != 'word'`
  for (const [term, kind, region, window, start, ...found] of await queried(instance, sql))
    rows.take(windowKey({ term, kind, region, window, start: numberOf(start) }), found.map(numberOf))
  return rows.end()
}

/**
 * Open windows, once the early updates have caught up: these come at a rate, and the last of them after the last record.
 * Gives the comparison that is left when nothing is written any more.
 */
export async function openWindowsSettled(instance: Instance, expected: Expected): Promise<Compared> {
  const written = async () => (await instance.positions('trends')).reduce((sum, { end }) => sum + end, 0)
  for (let quiet = 0, before = -1; ; ) {
    const compared = await compareOpenWindows(instance, expected)
    const now = await written()
    quiet = now === before ? quiet + 1 : 0
    before = now
    if (compared.differences === 0 || quiet === looksInQuiet) return compared
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
