import type { Command } from 'commander'
import type { Instance, PartitionFrom, ShownRecord } from '../app/instance.js'
import { systemClock } from '../runtime/clock.js'
import { type CommandContext, contextOf, withInstance } from './context.js'
import { CommandError, exitCode, wholeNumber } from './exit.js'

interface TailOptions {
  readonly from: string
  readonly limit?: string
  readonly follow?: boolean
}

/** How often a followed topic is looked at, in milliseconds. */
const pollInterval = 500

/** `pulso tail TOPIC`: the records of a topic, decoded. */
export function tailCommand(program: Command): void {
  program
    .command('tail')
    .argument('<topic>', 'as mentions, trends, dead-letters')
    .description('show the records of a topic, decoded, the newest last')
    .option('--from <where>', 'beginning, end, or so many records before the end of each partition', '10')
    .option('--limit <count>', 'stop after so many records')
    .option('-f, --follow', 'go on as records arrive')
    .addHelpText(
      'after',
      `
Examples:
  pulso tail trends -f
  pulso tail mentions --from beginning --limit 5 --json`,
    )
    .action(async (topic: string, options: TailOptions, command: Command) => {
      const context = contextOf(command)
      await withInstance(context, 'data', (instance) => tail(context, instance, topic, options))
    })
}

async function tail(context: CommandContext, instance: Instance, topic: string, options: TailOptions): Promise<void> {
  let from = await startOf(instance, topic, options.from)
  let left = options.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', options.limit)
  for (;;) {
    const { records, next, atEnd } = await instance.show(topic, from, Math.min(left, 500))
    from = next
    for (const record of [...records].sort((a, b) => a.timestamp - b.timestamp).slice(0, left)) {
      context.terminal.result(record, lineOf(record))
      left -= 1
    }
    if (left <= 0 || (atEnd && options.follow !== true)) return
    if (atEnd) await new Promise<void>((resolve) => systemClock.at(systemClock.now() + pollInterval, resolve))
  }
}

async function startOf(instance: Instance, topic: string, where: string): Promise<readonly PartitionFrom[]> {
  const back = where === 'beginning' ? Number.POSITIVE_INFINITY : where === 'end' ? 0 : Number(where || Number.NaN)
  if (where !== 'beginning' && (!Number.isSafeInteger(back) || back < 0)) {
    throw new CommandError(`--from "${where}" is none of: beginning, end, a number of records`, exitCode.usage)
  }
  const positions = await instance.positions(topic)
  return positions.map(({ partition, start, end }) => ({ partition, from: Math.max(start, end - back) }))
}

function lineOf(record: ShownRecord): string {
  const place = `${record.topic}-${record.partition}@${record.offset}`
  const time = new Date(record.timestamp)
  const at = Number.isNaN(time.getTime()) ? `${record.timestamp} ms` : time.toISOString()
  return `${at} ${place} ${record.key ?? '(no key)'} ${JSON.stringify(record.value)}`
}
