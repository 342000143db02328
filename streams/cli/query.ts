import type { Command } from 'commander'
import { contextOf, withInstance } from './context.js'
import { CommandError, exitCode } from './exit.js'
import { gathered } from './options.js'

/** `pulso query SQL`: one query that reads, in a format of ClickHouse. */
export function queryCommand(program: Command): void {
  program
    .command('query')
    .argument('<sql>', 'a query in the SQL of ClickHouse; the database is pulso')
    .description('query the analytics store')
    .option('--format <format>', 'a format of ClickHouse (default: PrettyCompact, JSONEachRow with --json)')
    .option('--param <name=value>', 'a value for {name:Type} in the SQL; may be repeated', gathered)
    .addHelpText(
      'after',
      `
Examples:
  pulso query "SELECT term, mentions FROM trends_final WHERE window = 'day' ORDER BY mentions DESC LIMIT 10"
  pulso query "SELECT count() FROM mentions WHERE region = {region:String}" --param region=15
  pulso query "SELECT * FROM dead_letters" --format CSVWithNames > dead-letters.csv`,
    )
    .action(async (sql: string, options: { format?: string; param?: readonly string[] }, command: Command) => {
      const context = contextOf(command)
      const format = options.format ?? (context.terminal.json ? 'JSONEachRow' : 'PrettyCompact')
      const params = Object.fromEntries((options.param ?? []).map(parseParam))
      await withInstance(context, 'data', async (instance) => {
        process.stdout.write(await instance.query(sql, format, params))
      })
    })
}

function parseParam(pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new CommandError(`--param "${pair}" is no parameter: write --param region=15`, exitCode.usage)
  return [pair.slice(0, at), pair.slice(at + 1)]
}
