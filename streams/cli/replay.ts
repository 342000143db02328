import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type FileFormat, formatOf, readFile } from '../../connectors/file.js'
import { type Mapping, parseMapping } from '../../connectors/mapping.js'
import { type Refusal, type ReplayProgress, replay } from '../../connectors/replay.js'
import { atOnce, paced, parseSpeed, rebased, type Timeline } from '../../connectors/timeline.js'
import { intakeTopics, letterOf, readyFor } from '../app/ingest.js'
import type { Instance } from '../app/instance.js'
import { sleepUntil, systemClock } from '../runtime/clock.js'
import { type CommandContext, contextOf, withInstance } from './context.js'
import { argument, CommandError, exitCode } from './exit.js'
import { gathered } from './options.js'
import { bar } from './terminal.js'

interface FileOptions {
  readonly topic: string
  readonly format?: string
  readonly map?: readonly string[]
}

interface ReplayOptions extends FileOptions {
  readonly speed: string
  readonly rebase?: string
}

const stopSignals = ['SIGINT', 'SIGTERM'] as const

const mappingHelp =
  'a field of the record from fields of the file, as postId=twitter:{id}; others keep their name; may be repeated'

/** `pulso replay FILE --topic T`: the records of a file, at their pace or faster. */
export function replayCommand(program: Command): void {
  program
    .command('replay')
    .argument('<file>', 'JSON Lines or CSV, plain or gzipped')
    .requiredOption('--topic <topic>', `one of ${intakeTopics.join(', ')}`)
    .description('send the records of a file into a topic')
    .option('--speed <speed>', '1x, 60x ... or max', 'max')
    .option('--rebase <when>', 'now: move the times so that the first record happens now')
    .option('--format <format>', 'jsonl or csv, when the name of the file does not tell')
    .option('--map <target=template>', mappingHelp, gathered)
    .addHelpText(
      'after',
      `
Examples:
  pulso replay samples/posts.jsonl.gz --topic posts --speed 60x --rebase now
  pulso replay tweets.jsonl.gz --topic posts --map postId=twitter:{id} --map createdAt={created_at} --map source=twitter`,
    )
    .action(async (file: string, options: ReplayOptions, command: Command) => {
      const context = contextOf(command)
      const timeline = timelineOf(options)
      const plan = planOf([file], options)
      const atFullSpeed = parseSpeed(options.speed) === Number.POSITIVE_INFINITY
      await withInstance(context, 'nothing', async (instance) => {
        const sent = await send(context, instance, file, plan, timeline, atFullSpeed)
        if (!sent) return
        if (instance.kind === 'opened') context.terminal.say('no engine runs: these wait in the log for pulso start')
      })
    })
}

/** `pulso backfill FILE...`: records of the past at once, and waits until their results can be queried. */
export function backfillCommand(program: Command): void {
  program
    .command('backfill')
    .argument('<files...>', 'JSON Lines or CSV, plain or gzipped, oldest first')
    .requiredOption('--topic <topic>', `one of ${intakeTopics.join(', ')}`)
    .description('send files of the past into a topic and wait until their results can be queried')
    .option('--format <format>', 'jsonl or csv, when the names do not tell')
    .option('--map <target=template>', mappingHelp, gathered)
    .addHelpText('after', '\nExample:\n  pulso backfill 2024.jsonl.gz 2025.jsonl.gz --topic posts')
    .action(async (files: string[], options: FileOptions, command: Command) => {
      const context = contextOf(command)
      const plan = planOf(files, options)
      await withInstance(context, 'data', async (instance) => {
        if (instance.kind !== 'running') {
          throw new CommandError(
            'backfill waits for results, and no engine runs on this data folder: start one with pulso start',
          )
        }
        for (const file of files) if (!(await send(context, instance, file, plan, () => atOnce, true))) return
        await drained(context, instance)
      })
    })
}

/** What a command line says of its files, read before anything is opened or made. */
interface Plan {
  readonly topic: string
  readonly mapping: Mapping
  formatOf(file: string): FileFormat
}

function planOf(files: readonly string[], { topic, map, format }: FileOptions): Plan {
  if (!intakeTopics.includes(topic)) {
    throw new CommandError(`--topic "${topic}" is none of ${intakeTopics.join(', ')}`, exitCode.usage)
  }
  const given = formatNamed(format)
  const mapping = argument(() => parseMapping(map ?? []))
  for (const file of files) {
    if (!existsSync(file)) throw new CommandError(`cannot read ${file}: there is no such file`)
    argument(() => given ?? formatOf(file))
  }
  return { topic, mapping, formatOf: (file) => given ?? formatOf(file) }
}

/** Sends one file and says what came of it. False when it was interrupted. */
async function send(
  context: CommandContext,
  instance: Instance,
  file: string,
  { topic, mapping, formatOf }: Plan,
  timeline: (first: number) => Timeline,
  atFullSpeed: boolean,
): Promise<boolean> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  for (const signal of stopSignals) process.once(signal, stop)
  let first: Refusal | null = null
  try {
    const progress = await replay(
      readFile(file, context.config.maxValueBytes, formatOf(file)),
      {
        ready: (fields) => readyFor(topic, fields),
        append: (records) => instance.append(records),
        refuse: (refusals) => {
          first ??= refusals[0] ?? null
          return instance.append(refusals.map((refusal) => letterOf(refusal, topic, file, systemClock.now())))
        },
      },
      {
        mapping,
        timeline,
        now: systemClock.now,
        signal: abort.signal,
        batch: atFullSpeed ? 2_000 : 200,
        waitUntil: (moment, signal) => sleepUntil(systemClock, moment, signal),
        onProgress: ({ line, sent, refused }) =>
          context.terminal.progress(`${file}: line ${line}, ${sent} sent, ${refused} refused`),
      },
    )
    context.terminal.done()
    report(context, file, progress)
    if (progress.sent === 0 && first !== null) context.terminal.say(adviceOn(first))
    if (abort.signal.aborted) {
      context.terminal.say(`stopped after line ${progress.line}`)
      process.exitCode = exitCode.failed
    }
    return !abort.signal.aborted
  } finally {
    for (const signal of stopSignals) process.off(signal, stop)
    context.terminal.done()
  }
}

function timelineOf(options: ReplayOptions): (first: number) => Timeline {
  const speed = argument(() => parseSpeed(options.speed))
  if (options.rebase !== undefined && options.rebase !== 'now') {
    throw new CommandError(`--rebase "${options.rebase}" is not "now"`, exitCode.usage)
  }
  return (first) => {
    const now = systemClock.now()
    if (options.rebase === 'now') return rebased(speed === Number.POSITIVE_INFINITY ? 1 : speed, first, now)
    return speed === Number.POSITIVE_INFINITY ? atOnce : paced(speed, first, now)
  }
}

function formatNamed(format: string | undefined): FileFormat | undefined {
  if (format === undefined || format === 'jsonl' || format === 'csv') return format
  throw new CommandError(`--format "${format}" is neither jsonl nor csv`, exitCode.usage)
}

function report(context: CommandContext, file: string, { sent, refused }: ReplayProgress): void {
  context.terminal.result(
    { file, sent, refused },
    `${file}: ${sent} records sent${refused === 0 ? '' : `, ${refused} lines refused: see pulso dead-letters list`}`,
  )
  if (refused > 0) process.exitCode = exitCode.partly
}

/** What a file lacks of which no line became a record, by its first one. */
export function adviceOn({ line, detail, fields }: Pick<Refusal, 'line' | 'detail' | 'fields'>): string {
  const reason = `no line became a record; the first was line ${line}: ${detail}`
  if (fields === undefined) return reason
  const names = Object.keys(fields).join(', ')
  return `${reason}\nits fields are ${names}: say which one is which with --map, as --map postId=twitter:{id}`
}

/** Waits until every group has read all there is: what was sent is in the tables. */
async function drained(context: CommandContext, instance: Instance): Promise<void> {
  let most = 0
  for (;;) {
    const left = (await instance.lag()).reduce((sum, { lag }) => sum + lag, 0)
    most = Math.max(most, left)
    if (left === 0) break
    context.terminal.progress(`${bar(1 - left / most)} ${left} records to go`)
    await new Promise<void>((resolve) => systemClock.at(systemClock.now() + 200, resolve))
  }
  context.terminal.done()
}
