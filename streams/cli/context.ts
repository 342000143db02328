import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Instance } from '../app/instance.js'
import { openInstance } from '../app/open.js'
import { type Config, type Overrides, readConfig } from '../config.js'
import { CommandError } from './exit.js'
import { type Terminal, terminal } from './terminal.js'

export type Needs = 'data' | 'nothing'

/** What every command starts from. */
export interface CommandContext {
  readonly config: Config
  readonly terminal: Terminal
  /**
   * The engine that runs on the data folder, or its stores opened here; on Kafka the cluster. Closed by whoever asked.
   * @param needs `data`: a folder that holds none is an error, and is not made
   */
  instance(needs: Needs): Promise<Instance>
}

/** Options that every command has: `--data-dir`, `--json` and what else overrides the configuration. */
export function contextOf(command: Command): CommandContext {
  const options = command.optsWithGlobals<Record<string, string | boolean | undefined>>()
  const texts = Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value === 'string'))
  const config = readConfig(texts as Overrides)
  return {
    config,
    terminal: terminal(options.json === true),
    instance: async (needs) => {
      if (needs === 'data' && config.backend === 'embedded' && !existsSync(join(config.dataDir, 'log'))) {
        throw new CommandError(
          `${config.dataDir} holds no data of Pulso: name its folder with --data-dir or PULSO_DATA_DIR, or begin with pulso start or pulso replay`,
        )
      }
      return openInstance(config)
    },
  }
}

/** Runs with an instance and closes it, whatever happens. */
export async function withInstance<Result>(
  context: CommandContext,
  needs: Needs,
  use: (instance: Instance) => Promise<Result>,
): Promise<Result> {
  const instance = await context.instance(needs)
  try {
    return await use(instance)
  } finally {
    await instance.close()
  }
}
