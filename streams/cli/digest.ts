import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { digestPage } from '../../dashboard/server/digest.js'
import { digestOf } from '../../dashboard/server/digest-data.js'
import { wholePart, widened } from '../../dashboard/server/period.js'
import type { Board } from '../../schemas/board.js'
import { regions } from '../../schemas/regions.js'
import { boards } from '../../schemas/topics.js'
import { finalUntil, trendLayouts } from '../../schemas/trend-layouts.js'
import type { Instance } from '../app/instance.js'
import { queriesOf } from '../app/instance-queries.js'
import { contextOf, withInstance } from './context.js'
import { CommandError, exitCode } from './exit.js'
import { instantOf } from './options.js'

interface DigestOptions {
  readonly out: string
  readonly from?: string
  readonly to?: string
  readonly region: string
  readonly board?: string
  readonly lang: string
}

const day = 86_400_000

/** `pulso digest`: what happened in a week, as a page to read or to print. */
export function digestCommand(program: Command): void {
  program
    .command('digest')
    .description('write a digest of a period as one page of HTML that prints on A4')
    .requiredOption('--out <file>', 'the page to write')
    .option(
      '--from <time>',
      'first instant: ISO 8601 with its zone, or milliseconds since 1970 (default: a week before --to)',
    )
    .option('--to <time>', 'first instant after the period (default: the last midnight of Lima an hour ago or more)')
    .option('--region <ubigeo>', 'of one department: its two digits', '*')
    .option('--board <board>', 'of a board, by its name or identity')
    .option('--lang <language>', 'es or en', 'es')
    .addHelpText(
      'after',
      `
Examples:
  pulso digest --out week.html
  pulso digest --board Cevicherías --lang en --out week.html
  pulso digest --from 2024-03-04T00:00:00-05:00 --to 2024-03-11T00:00:00-05:00 --out week.html`,
    )
    .action(async (options: DigestOptions, command: Command) => {
      const { out, region, board: named } = options
      const lang = (['es', 'en'] as const).find((each) => each === options.lang)
      if (lang === undefined) throw new CommandError(`--lang "${options.lang}" is none of es, en`, exitCode.usage)
      if (region !== '*' && regions.every(({ code }) => code !== region)) {
        throw new CommandError(`--region "${region}" is no department: write two digits, 01 to 25`, exitCode.usage)
      }
      const now = Date.now()
      const to = options.to === undefined ? midnight(now) : instantOf('--to', options.to)
      const from = options.from === undefined ? to - 7 * day : instantOf('--from', options.from)
      if (to <= from) throw new CommandError('--to is not after --from: exchange them', exitCode.usage)
      const period = wholePart(widened(from, to, to - from <= 2 * day ? 'hour' : 'day'), now)
      if (period === null) {
        throw new CommandError('nothing of this period is there yet: give a --from that is past', exitCode.usage)
      }
      const context = contextOf(command)
      await withInstance(context, 'data', async (instance) => {
        const board = named === undefined ? null : await boardNamed(instance, named)
        const digest = await digestOf(queriesOf(instance), { board, region, period, now })
        writeFileSync(out, digestPage(digest, lang))
        const { insights, all } = digest
        context.terminal.result(
          { out, from: period.from, until: period.until, mentions: all.volume, insights: insights.length },
          [...insights.map(({ text }) => `- ${text[lang]}`), `written: ${out}`].join('\n'),
        )
      })
    })
}

/** The last midnight of Lima up to which all days are final. */
const midnight = (time: number) => finalUntil(time, trendLayouts.day)

/** @throws CommandError naming the boards that there are */
async function boardNamed(instance: Instance, named: string): Promise<Board> {
  const found = new Map<string, Board>()
  let at = (await instance.positions(boards.name)).map(({ partition, start }) => ({ partition, from: start }))
  for (let atEnd = false; !atEnd; ) {
    const shown = await instance.show(boards.name, at, 1_000)
    for (const { key, value } of shown.records) {
      if (key === null) continue
      if (value === null) found.delete(key)
      else if (isBoard(value)) found.set(key, value)
    }
    at = [...shown.next]
    atEnd = shown.atEnd
  }
  const board = found.get(named) ?? [...found.values()].find(({ name }) => name === named)
  if (board !== undefined) return board
  const names = [...found.values()].map(({ name }) => `"${name}"`).join(', ') || 'none yet'
  throw new CommandError(`there is no board "${named}": there are ${names}`, exitCode.usage)
}

const isBoard = (value: unknown): value is Board => typeof value === 'object' && value !== null && 'boardId' in value
