import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { readFile } from '../../connectors/file.js'
import { seriesRow } from '../../connectors/series-row.js'
import { lima } from '../../processors/detection/calendar.js'
import { observe } from '../../processors/detection/detector.js'
import { emptySeries } from '../../processors/detection/series-state.js'
import { type CommandContext, contextOf } from './context.js'
import { CommandError, exitCode } from './exit.js'

interface DetectOptions {
  readonly csv: string
  readonly timestamp: string
  readonly value: string
  readonly out: string
}

interface Counts {
  rows: number
  alerts: number
  missing: number
  repeated: number
  disordered: number
  refused: number
}

const mostRefusalsShown = 20

/** `pulso detect`: the detector of shifts over a series in a CSV file, row by row. */
export function detectCommand(program: Command): void {
  program
    .command('detect')
    .description('tell spikes, drops and shifts in a series of a CSV file, row by row')
    .requiredOption('--csv <file>', 'CSV with a header line (comma, semicolon or tab), plain or gzipped')
    .option(
      '--timestamp <column>',
      'the column of times: ISO 8601, UTC where no zone is said, or since 1970',
      'timestamp',
    )
    .option('--value <column>', 'the column of values', 'value')
    .requiredOption('--out <file>', 'where timestamp,value,score,alert is written; - is standard output')
    .addHelpText(
      'after',
      `
A row is judged by the rows before it alone. score is from 0 to 1, alert is 1 where it is 0.5 or more. Each row of the
file gives one row, in the same order: without a value where there is none, or none that can be read.

Examples:
  pulso detect --csv mentions.csv --out scored.csv
  pulso detect --csv sales.csv --timestamp day --value total --out - | grep ',1$'`,
    )
    .action(async (options: DetectOptions, command: Command) => {
      const context = contextOf(command)
      if (options.out !== '-' && resolve(options.out) === resolve(options.csv)) {
        throw new CommandError('--out names the file of --csv: give another', exitCode.usage)
      }
      const counts: Counts = { rows: 0, alerts: 0, missing: 0, repeated: 0, disordered: 0, refused: 0 }
      await pipeline(scored(context, options, counts), target(options.out)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') return
        throw error.syscall === 'open' && error.path === options.out
          ? new CommandError(`cannot write ${options.out}: ${error.message}`)
          : error
      })
      if (options.out !== '-') {
        context.terminal.result({ file: options.csv, ...counts }, summary(options.csv, counts))
      } else context.terminal.say(summary(options.csv, counts))
      if (counts.rows === 0 && counts.missing === 0) throw new CommandError(`${options.csv} has no row of a series`)
      if (counts.refused > 0) process.exitCode = exitCode.partly
    })
}

const target = (out: string): Writable =>
  out === '-'
    ? new Writable({ write: (chunk, _, done) => void process.stdout.write(chunk, done) })
    : createWriteStream(out)

/** The lines of the result. */
async function* scored(context: CommandContext, options: DetectOptions, counts: Counts): AsyncGenerator<string> {
  const { terminal, config } = context
  const state = emptySeries()
  let latest = Number.NEGATIVE_INFINITY
  let last: number | null = null
  const refuse = (line: number, detail: string) => {
    counts.refused += 1
    if (counts.refused <= mostRefusalsShown) terminal.say(`${options.csv}:${line}: ${detail}`)
    if (counts.refused === mostRefusalsShown) terminal.say('more refused lines are counted, not shown')
  }
  yield 'timestamp,value,score,alert\n'
  for await (const item of readFile(options.csv, config.maxValueBytes, 'csv')) {
    if (item.kind === 'refused') {
      refuse(item.line, item.detail)
      yield ',,0,0\n'
      continue
    }
    const time = textOf(item.fields, options.timestamp, '--timestamp')
    const text = textOf(item.fields, options.value, '--value')
    const row = seriesRow(time, text)
    if (row.kind === 'refused') {
      refuse(item.line, row.detail)
      yield `${quoted(time)},,0,0\n`
      continue
    }
    if (row.at < latest) counts.disordered += 1
    if (row.kind === 'missing') {
      counts.missing += 1
      yield `${quoted(time)},,0,0\n`
      continue
    }
    counts.rows += 1
    const isRepeated = row.at === latest && row.value === last
    latest = Math.max(latest, row.at)
    last = row.value
    if (isRepeated) {
      counts.repeated += 1
      yield `${quoted(time)},${text.trim()},0,0\n`
      continue
    }
    const { score, alert } = observe(state, row.at, row.value, lima)
    if (alert) counts.alerts += 1
    yield `${quoted(time)},${text.trim()},${Number(score.toFixed(6))},${alert ? 1 : 0}\n`
  }
}

/** @throws CommandError that names the columns there are */
function textOf(fields: Readonly<Record<string, unknown>>, column: string, option: string): string {
  const text = fields[column]
  if (typeof text === 'string') return text
  // a header is often written with a capital or a blank more
  const alike = Object.keys(fields).filter((name) => name.trim().toLowerCase() === column.trim().toLowerCase())
  const [only] = alike
  const found = alike.length === 1 && only !== undefined ? fields[only] : undefined
  if (typeof found === 'string') return found
  const names = Object.keys(fields).map((name) => `"${name}"`)
  throw new CommandError(
    `there is no column "${column}": name one with ${option}; there are ${names.join(', ')}`,
    exitCode.usage,
  )
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const summary = (file: string, counts: Counts): string =>
  [
    `${file}: ${counts.rows} rows, ${counts.alerts} alerts`,
    ...(['missing', 'repeated', 'disordered', 'refused'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${counts[name]} ${name}`),
  ].join(', ')
