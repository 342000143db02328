import type { Command } from 'commander'
import { backtest, backtestable, type RaisedAlert } from '../app/backtest.js'
import { contextOf, withInstance } from './context.js'
import { CommandError, exitCode } from './exit.js'
import { instantOf } from './options.js'

/** `pulso backtest RULE`: what an alert rule would have raised on history. */
export function backtestCommand(program: Command): void {
  program
    .command('backtest')
    .argument('<rule>', `an alert rule on shifts: ${[...backtestable.keys()].join(', ')}`)
    .description('say what an alert rule would have raised in a period, how often, and what it would have caught')
    .requiredOption('--from <time>', 'first instant: ISO 8601 with its zone, or milliseconds since 1970')
    .requiredOption('--to <time>', 'first instant after the period, likewise')
    .addHelpText(
      'after',
      `
Examples:
  pulso backtest engagement-shift --from 2024-03-01T00:00:00-05:00 --to 2024-04-01T00:00:00-05:00
  pulso backtest spike --from 1709269200000 --to 1711947600000 --json`,
    )
    .action(async (rule: string, options: { from: string; to: string }, command: Command) => {
      const condition = backtestable.get(rule)
      if (condition === undefined) {
        throw new CommandError(
          `there is no rule "${rule}": there are ${[...backtestable.keys()].join(', ')}`,
          exitCode.usage,
        )
      }
      const [from, to] = [instantOf('--from', options.from), instantOf('--to', options.to)]
      if (to <= from) throw new CommandError('--to is not after --from: exchange them', exitCode.usage)
      const context = contextOf(command)
      await withInstance(context, 'data', async (instance) => {
        const result = await backtest(
          async (sql, params) => linesOf(await instance.query(sql, 'JSONEachRow', params)),
          condition,
          from,
          to,
        )
        const summary = `${result.alerts.length} alerts, ${result.perWeek.toFixed(1)} a week, of ${result.shifts} shifts that were told`
        const caught = result.caught.map(
          ({ shift, severity, told, raised }) => `${raised} of ${told}\t${severity}\t${shift}`,
        )
        const lines = [...result.alerts.map(inWords), ...caught, summary]
        context.terminal.result({ rule, from, to, ...result }, lines.join('\n'))
      })
    })
}

const linesOf = (bytes: Uint8Array): readonly Record<string, unknown>[] =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line))

const inWords = ({ raisedAt, until, what, region, measure, shift, severity, effect }: RaisedAlert): string =>
  [
    new Date(raisedAt).toISOString(),
    new Date(until).toISOString(),
    severity,
    shift,
    measure,
    what,
    region,
    effect.toFixed(2),
  ].join('\t')
