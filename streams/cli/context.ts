import type { Command } from 'commander'
import type { Instance } from '../app/instance.js'
import { openInstance } from '../app/open.js'
import { type Config, type Overrides, readConfig } from '../config.js'
import { type Terminal, terminal } from './terminal.js'

/** What every command starts from. */
export interface CommandContext {
  readonly config: Config
  readonly terminal: Terminal
  /** The engine that runs on the data folder, or its stores opened here. Closed by whoever asked. */
  instance(): Promise<Instance>
}

/** Options that every command has: `--data-dir`, `--json` and what else overrides the configuration. */
export function contextOf(command: Command): CommandContext {
  const options = command.optsWithGlobals<Record<string, string | boolean | undefined>>()
  const texts = Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value === 'string'))
  const config = readConfig(texts as Overrides)
  return {
    config,
    terminal: terminal(options.json === true),
    instance: () => openInstance(config),
  }
}

/** Runs with an instance and closes it, whatever happens. */
export async function withInstance<Result>(
  context: CommandContext,
  use: (instance: Instance) => Promise<Result>,
): Promise<Result> {
  const instance = await context.instance()
  try {
    return await use(instance)
  } finally {
    await instance.close()
  }
}
