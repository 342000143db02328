import type { Config } from '../config.js'
import { readControlFile } from './control.js'
import type { Instance } from './instance.js'
import { runningInstance } from './running-instance.js'

/** The engine that runs on the data folder, asked through its interface; else the stores themselves, opened at need. */
export async function openInstance(config: Config): Promise<Instance> {
  const control = readControlFile(config.dataDir)
  if (control === null) return opened(config)
  const running = runningInstance(control)
  // the file of an engine that was killed may name a process id that another program has now
  const answers = await running.topics().then(
    () => true,
    () => false,
  )
  return answers ? running : opened(config)
}

/** Loaded only here: a command beside an engine has no need of the stores' own code. */
async function opened(config: Config): Promise<Instance> {
  const { openedInstance } = await import('./stores.js')
  return openedInstance(config)
}
