import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Mention } from '../schemas/mention.js'
import type { Trend } from '../schemas/trend.js'
import { openEmbeddedStore } from '../sinks/clickhouse/embedded-store.js'
import { mentionRow, trendRows } from '../sinks/clickhouse/rows.js'
import type { Row } from '../streams/engine/ports/analytics.js'

const trend = (index: number): Trend => ({
  term: `term-${index % 500}`,
  kind: 'dish',
  region: index % 3 === 0 ? '15' : '*',
  window: 'minute',
  start: 1_700_000_000_000 + Math.floor(index / 500) * 60_000,
  end: 1_700_000_060_000 + Math.floor(index / 500) * 60_000,
  isFinal: true,
  revision: 1,
  mentions: index % 50,
  reposts: index % 7,
  negative: 2,
  neutral: 3,
  positive: 4,
  unsure: 0,
  authors: index % 40,
  aspects: [],
})

const mention = (index: number): Mention => ({
  postId: `post-${index}`,
  revision: 1,
  sign: 1,
  kind: 'post',
  source: 'news',
  author: `author-${index % 3_000}`,
  text: `Hoy comí un ceviche buenísimo en La Mar, con chilcano y todo, señores: ${'muy rico '.repeat(index % 12)}${index}`,
  createdAt: 1_700_000_000_000 + index * 2_000,
  language: 'es',
  region: index % 2 === 0 ? null : '15',
  terms: [
    { term: 'ceviche', kind: 'dish' },
    { term: `brand-${index % 200}`, kind: 'brand' },
  ],
  repostOf: index % 5 === 0 ? 'post-1' : null,
  stars: null,
  sentiment: {
    label: 'positive',
    confidence: 0.7,
    negative: 0.1,
    neutral: 0.2,
    positive: 0.7,
    sure: true,
    model: 'm@1',
  },
  url: null,
  simulated: false,
  aspects: index % 50 === 0 ? [{ aspect: 'food', label: 'positive', confidence: 0.7 }] : [],
})

const mebibytes = (field: string): number =>
  Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024)

/**
 * How fast the analytics store takes rows, encoding included: `trends` (15 narrow columns) and `mentions` (22 columns,
 * a text, three roll-ups kept by materialised views), by size of the block; then what it costs when nothing happens.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: { blocks: { type: 'string', default: '5' }, idle: { type: 'string', default: '20' } },
  })
  const blocks = Number(values.blocks)
  const before = mebibytes('VmRSS')
  const dir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  const store = await openEmbeddedStore({ dir })
  try {
    await store.migrate()
    const measure = async (table: string, rows: readonly Row[]) => {
      const name = `${table}-${rows.length}`
      await store.write({ table, rows, token: `${name}-warm` })
      const [started, used] = [performance.now(), process.cpuUsage()]
      for (let block = 0; block < blocks; block++) await store.write({ table, rows, token: `${name}-${block}` })
      const { user, system } = process.cpuUsage(used)
      const written = rows.length * blocks
      return {
        table,
        rowsOfBlock: rows.length,
        rowsPerSecond: Math.round((written / (performance.now() - started)) * 1_000),
        cpuSecondsPerMillionRows: Number(((user + system) / written).toFixed(2)),
      }
    }
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
    const inserts = []
    for (const size of [10_000, 100_000]) inserts.push(await measure('trends', trendRows(numbers(size).map(trend))))
    for (const size of [100, 5_000, 25_000])
      inserts.push(
        await measure(
          'mentions',
          numbers(size)
            .map(mention)
            .map((one) => mentionRow(one)),
        ),
      )
    const idleSeconds = Number(values.idle)
    // merges of what was written come to their end first
    await delay(idleSeconds * 1_000)
    const used = process.cpuUsage()
    await delay(idleSeconds * 1_000)
    const { user, system } = process.cpuUsage(used)
    return {
      machine: `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`,
      inserts,
      idle: {
        cpuPercentOfACore: Number(((user + system) / (idleSeconds * 10_000)).toFixed(2)),
        residentMebibytes: mebibytes('VmRSS'),
        ofThemOfTheLibraryAndOtherFiles: mebibytes('RssFile'),
        residentBeforeTheStoreWasOpened: before,
      },
    }
  } finally {
    await store.close()
    rmSync(dir, { recursive: true })
  }
}
