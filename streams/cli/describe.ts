import type { Command } from 'commander'
import { topologiesNamed } from '../app/catalogue.js'
import { describe } from '../engine/describe.js'
import { contextOf } from './context.js'
import { CommandError, exitCode } from './exit.js'

const formats = ['text', 'mermaid', 'json'] as const

/** `pulso describe [TOPOLOGY]`: what a topology does, for people and for tools. */
export function describeCommand(program: Command): void {
  program
    .command('describe')
    .argument('[topology]', 'one topology; none: all that the configuration names')
    .description('print what the topologies do')
    .option('--format <format>', `one of ${formats.join(', ')} (default: text, json with --json)`)
    .addHelpText(
      'after',
      `
Examples:
  pulso describe consumer-trends
  pulso describe --format mermaid > topologies.mmd`,
    )
    .action((name: string | undefined, options: { format?: string }, command: Command) => {
      const { config, terminal } = contextOf(command)
      const asked = options.format ?? (terminal.json ? 'json' : 'text')
      const format = formats.find((candidate) => candidate === asked)
      if (format === undefined) {
        throw new CommandError(`--format "${asked}" is none of ${formats.join(', ')}`, exitCode.usage)
      }
      process.stdout.write(`${describe(topologiesNamed(name === undefined ? config.topologies : [name]), format)}\n`)
    })
}
