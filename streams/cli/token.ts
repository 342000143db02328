import type { Command } from 'commander'
import { createToken, roles } from '../app/tokens.js'
import { contextOf } from './context.js'
import { CommandError, exitCode } from './exit.js'

/** `pulso token create --role`: lets somebody in from another machine. */
export function tokenCommand(program: Command): void {
  program
    .command('token')
    .description('manage the tokens that let others use the API and the board')
    .addHelpText('after', '\nExample:\n  pulso token create --role viewer')
    .command('create')
    .description('make a token; it is shown once, only its hash is kept')
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`)
    .option('--name <name>', 'whose it is, for the list of tokens', 'unnamed')
    .addHelpText('after', '\nExample:\n  pulso token create --role viewer --name grafana')
    .action(async (options: { role: string; name: string }, command: Command) => {
      const context = contextOf(command)
      const role = roles.find((candidate) => candidate === options.role)
      if (role === undefined) {
        throw new CommandError(`--role "${options.role}" is none of ${roles.join(', ')}`, exitCode.usage)
      }
      const token = createToken(context.config.dataDir, role, options.name)
      context.terminal.result({ token, role, name: options.name }, token)
    })
}
