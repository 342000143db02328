import type { Command } from 'commander'
import { contextOf } from './context.js'
import { CommandError, exitCode } from './exit.js'

/** `pulso migrate`: moves what an earlier version left on a Kafka cluster to the names of today. */
export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('move the offsets of an earlier version on a Kafka cluster to groups that carry the application')
    .addHelpText(
      'after',
      `
Once, with all workers ended, after which workers of this version are started. Broken off, it may be run again.

Example:
  PULSO_BACKEND=kafka pulso migrate`,
    )
    .action(async (_: object, command: Command) => {
      const { config, terminal } = contextOf(command)
      if (config.backend !== 'kafka')
        throw new CommandError('there is nothing to migrate without PULSO_BACKEND=kafka', exitCode.usage)
      const { moveNames } = await import('../app/names-move.js')
      const { tasks, records, left } = await moveNames(config, (task) => terminal.progress(task))
      terminal.result(
        { tasks, records, left },
        tasks === 0
          ? 'nothing of an earlier version is there'
          : `${tasks} tasks were moved, and ${records} records between stages; nobody reads these topics any more, remove them: ${left.join(', ')}`,
      )
    })
}
