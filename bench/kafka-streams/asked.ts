import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { Broker } from '../../tests/support/kafka/broker.js'
import type { ContenderName } from './commands.js'
import type { InputSize } from './input.js'
import type { JobBenchOptions } from './job-bench.js'
import type { JobName } from './jobs.js'

/** What the benchmark was asked for. */
export interface Asked extends Omit<JobBenchOptions, 'brokers' | 'commitInterval'> {
  readonly jobs: readonly JobName[]
  readonly contenders: readonly ContenderName[]
  readonly runs: number
  /** Milliseconds. */
  readonly commitIntervals: readonly number[]
  readonly size: InputSize
}

/** Does the work on a broker of its own, in folders of its own. */
export async function onBroker<Result>(
  parent: string,
  work: (on: { readonly brokers: string; readonly dir: string }) => Promise<Result>,
): Promise<Result> {
  const [ofBroker, dir] = [mkdtempSync(join(parent, 'broker-')), mkdtempSync(join(parent, 'runs-'))]
  const broker = await Broker.start(ofBroker, { sessionTimeout: 30_000, jvm: ['-Xms512m', '-Xmx512m'] })
  try {
    return await work({ brokers: broker.address, dir })
  } finally {
    await broker.stop('SIGKILL')
  }
}
