import type { Command } from 'commander'
import { contextOf } from './context.js'
import { exitCode } from './exit.js'

/** `pulso start`: engine, API and board. */
export function startCommand(program: Command): void {
  program
    .command('start')
    .description('run the engine, the API and the board')
    .option('--backend <backend>', 'embedded, in the data folder; or kafka')
    .option('--topologies <names>', 'topologies to run, separated by commas')
    .option('--http-port <port>', 'port of the board and the API')
    .option('--clickhouse-port <port>', 'port of the embedded ClickHouse interface')
    .option('--samples <on>', 'whether an empty engine replays the shipped posts')
    .addHelpText(
      'after',
      `
Examples:
  pulso start
  pulso start --http-port 9090 --data-dir /var/lib/pulso --samples off

It ends with SIGINT or SIGTERM: what is under way is finished and committed first,
within PULSO_STOP_WITHIN.
With SIGHUP it loads the folder of the sentiment model again (PULSO_MODEL_DIR), without a restart.`,
    )
    .action(async (_: object, command: Command) => {
      const { config, terminal } = contextOf(command)
      // loaded here, so that other commands need not wait for it
      const [{ run }, { settlesWithin }] = await Promise.all([import('../app/run.js'), import('../app/stopping.js')])
      const running = await run(config)
      // Before anybody is told that it runs, and may send it one of them.
      const signalled = new Promise<null>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null))
      })
      const reload = (): void => void running.reloadModel()
      process.on('SIGHUP', reload)
      terminal.result(
        { board: running.serving.url, clickhouse: running.serving.clickhouseUrl, pid: process.pid },
        [
          `Board      ${running.serving.url}`,
          `API        ${running.serving.url}/api/docs`,
          ...(config.tables ? [`ClickHouse ${running.serving.clickhouseUrl}`] : []),
        ].join('\n'),
      )
      const failure = await Promise.race([signalled, running.failed])
      if (failure !== null) {
        terminal.say(`a part of the engine died, and it stops as a whole: ${failure.message}`)
        process.exitCode = exitCode.failed
      }
      terminal.say('stopping: what is under way is finished and committed')
      process.off('SIGHUP', reload)
      if (await settlesWithin(running.close(), config.stopWithin)) return
      terminal.say(
        `after ${config.stopWithin / 1_000} s (PULSO_STOP_WITHIN) it still waits for ${running.closing}, and ends without that, as if ` +
          'it had been killed: what was committed stays, and the rest is done again at the next start',
      )
      process.exit(exitCode.failed)
    })
}
