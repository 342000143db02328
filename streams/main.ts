import { Command, CommanderError } from 'commander'
import { version } from './app/package.js'
import { backtestCommand } from './cli/backtest.js'
import { deadLettersCommand } from './cli/dead-letters.js'
import { describeCommand } from './cli/describe.js'
import { detectCommand } from './cli/detect.js'
import { digestCommand } from './cli/digest.js'
import { doctorCommand } from './cli/doctor.js'
import { eraseCommand } from './cli/erase.js'
import { CommandError, exitCode } from './cli/exit.js'
import { migrateCommand } from './cli/migrate.js'
import { queryCommand } from './cli/query.js'
import { backfillCommand, replayCommand } from './cli/replay.js'
import { scoreCommand } from './cli/score.js'
import { startCommand } from './cli/start.js'
import { tailCommand } from './cli/tail.js'
import { tokenCommand } from './cli/token.js'
import { ConfigError } from './config.js'

const program = new Command('pulso')
  .description('Real-time analytics on streams of posts: sentiment, trends, shifts.')
  .version(version)
  .option('--data-dir <folder>', 'folder of the log, the state and the analytics store')
  .option('--json', 'results as JSON, a line each')
  .showHelpAfterError('(pulso --help shows what there is)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  pulso start
  pulso replay posts.jsonl --topic posts
  pulso query "SELECT term, sum(mentions) AS n FROM trends_by_day_view GROUP BY term ORDER BY n DESC LIMIT 10"

Exit status: 0 done, 1 failed, 2 wrong command line or configuration, 3 done in part (some input was refused).
Settings and their defaults: docs/configuration.md. Commands work beside a running engine and without one.`,
  )

for (const add of [
  startCommand,
  replayCommand,
  backfillCommand,
  describeCommand,
  tailCommand,
  queryCommand,
  deadLettersCommand,
  scoreCommand,
  detectCommand,
  backtestCommand,
  digestCommand,
  doctorCommand,
  migrateCommand,
  tokenCommand,
  eraseCommand,
]) {
  add(program)
}

// whoever reads the results may stop early, as head does: there is nobody left to work for
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`cannot write the results: ${error.message}\n`)
  process.exit(error.code === 'EPIPE' ? exitCode.ok : exitCode.failed)
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = statusOf(error)
}

/** Says what went wrong and gives the status to end with. */
function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  if (error instanceof ConfigError) return exitCode.usage
  return error instanceof CommandError ? error.code : exitCode.failed
}
