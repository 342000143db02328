// npm run bench -- nab [--data FOLDER] [--details]
// npm run bench -- nab --simulated SERIES [--tuning]
// The detector on series of the Numenta Anomaly Benchmark, by its rules (nab-score.ts): standard profile, alert at 0.5,
// each row judged by the rows before it. FOLDER holds CSV files with timestamp and value, and windows.json, which names
// for each file its windows as pairs of timestamps; by default the five series of samples/nab. With --simulated so many
// series of each family of nab/families.ts are made up: those that parameters were tuned on with --tuning, else others.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readFile } from '../connectors/file.js'
import { seriesRow } from '../connectors/series-row.js'
import { lima } from '../processors/detection/calendar.js'
import { observe } from '../processors/detection/detector.js'
import { emptySeries } from '../processors/detection/series-state.js'
import { projectPath } from '../streams/project.js'
import { families } from './nab/families.js'
import { simulated } from './nab/simulated.js'
import { normalised, type RowWindow, type SeriesScore, scoreSeries } from './nab-score.js'

/** Scores of others on the five series of samples/nab, from the result files that the benchmark publishes. */
const published = {
  ARTime: 83.8,
  'earthgecko Skyline': 77.8,
  contextOSE: 76.0,
  HTM: 70.1,
  'KNN-CAD': 68.6,
  'Twitter ADVec': 66.0,
  'windowed Gaussian': 64.8,
  'Relative Entropy': 55.5,
  'Random Cut Forest': 53.2,
  'Bayesian changepoint': 20.8,
} as const

interface Row {
  readonly at: number
  readonly value: number
}

async function rowsOf(file: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const item of readFile(file, 1_000_000, 'csv')) {
    if (item.kind === 'refused') throw new Error(`${file}:${item.line}: ${item.detail}`)
    const row = seriesRow(String(item.fields['timestamp']), String(item.fields['value']))
    if (row.kind !== 'row') throw new Error(`${file}:${item.line} is no row of a series`)
    rows.push(row)
  }
  return rows
}

/** Rows of a window that is given by its timestamps. @throws Error where the series has no such row */
function rowWindow(rows: readonly Row[], window: readonly string[], file: string): RowWindow {
  const [first, last] = window.map((text) => {
    const parsed = seriesRow(text, '0')
    const index = parsed.kind === 'row' ? rows.findIndex(({ at }) => at === parsed.at) : -1
    if (index < 0) throw new Error(`${file} has no row at ${text}, where a window ends`)
    return index
  })
  return [first ?? 0, last ?? 0]
}

const scoreOf = (rows: readonly Row[], windows: readonly RowWindow[]): SeriesScore => {
  const state = emptySeries()
  const alerts = rows.map(({ at, value }) => observe(state, at, value, lima).score >= 0.5)
  return scoreSeries(alerts, windows)
}

const totalOf = (scores: readonly SeriesScore[], of: (score: SeriesScore) => number): number =>
  scores.reduce((sum, score) => sum + of(score), 0)

/** Seeds of the simulated series: those to tune on, and those that figures are of. */
const firstSeed = { tuning: 1_000, judged: 5_000 } as const

function benchSimulated(series: number, first: number): object {
  const byFamily = Object.keys(families).map((name) => {
    const scores = Array.from({ length: series }, (_, index) => {
      const { rows, windows } = simulated(name, first + index)
      return scoreOf(rows, windows)
    })
    const score = Number(normalised(scores).toFixed(1))
    const [found, windows] = [totalOf(scores, (each) => each.found), totalOf(scores, (each) => each.windows)]
    const falseAlerts = totalOf(scores, (each) => each.falseAlerts) / series
    console.log(
      `${name.padEnd(12)} ${score.toFixed(1).padStart(5)}, ${found} of ${windows} windows, ${falseAlerts.toFixed(1)} false alerts a series`,
    )
    return [name, score] as const
  })
  const mean = byFamily.reduce((sum, [, score]) => sum + score, 0) / byFamily.length
  return { simulated: Number(mean.toFixed(1)), families: Object.fromEntries(byFamily) }
}

export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      ...{ data: { type: 'string' }, details: { type: 'boolean', default: false } },
      ...{ simulated: { type: 'string' }, tuning: { type: 'boolean', default: false } },
    },
  })
  if (values.simulated !== undefined) {
    const series = Number(values.simulated)
    if (!Number.isInteger(series) || series < 1) throw new RangeError('--simulated is a whole number from 1 on')
    return benchSimulated(series, values.tuning ? firstSeed.tuning : firstSeed.judged)
  }
  const folder = values.data ?? projectPath('samples/nab')
  const windows: Readonly<Record<string, readonly (readonly string[])[]>> = JSON.parse(
    readFileSync(join(folder, 'windows.json'), 'utf8'),
  )
  const cpu = process.cpuUsage()
  let rowsInAll = 0
  const scores: SeriesScore[] = []
  for (const name of Object.keys(windows)) {
    const file = readdirSync(folder).find((found) => found === name || found === `${name}.gz`)
    if (file === undefined) throw new Error(`${folder} has no ${name}, of which windows.json speaks`)
    const rows = await rowsOf(join(folder, file))
    const score = scoreOf(
      rows,
      (windows[name] ?? []).map((window) => rowWindow(rows, window, name)),
    )
    scores.push(score)
    rowsInAll += rows.length
    if (values.details) {
      console.log(
        `${name}: ${normalised([score]).toFixed(1)}, ${score.found} of ${score.windows} windows, ${score.falseAlerts} false alerts`,
      )
    }
  }
  const { user, system } = process.cpuUsage(cpu)
  const nab = Number(normalised(scores).toFixed(1))
  const table =
    values.data === undefined ? Object.entries({ ...published, 'Pulso (this run)': nab }) : [['Pulso', nab] as const]
  for (const [name, score] of table.toSorted((a, b) => Number(b[1]) - Number(a[1]))) {
    console.log(`${String(name).padEnd(22)} ${Number(score).toFixed(1).padStart(5)}`)
  }
  return {
    nab,
    windows: totalOf(scores, ({ windows }) => windows),
    found: totalOf(scores, ({ found }) => found),
    falseAlerts: totalOf(scores, ({ falseAlerts }) => falseAlerts),
    rows: rowsInAll,
    cpuMicrosecondsPerRow: Number(((user + system) / rowsInAll).toFixed(1)),
    ...(values.data === undefined ? { published } : {}),
  }
}
