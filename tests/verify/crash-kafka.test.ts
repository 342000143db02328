import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { ClusterTrial } from './cluster/cluster-trial.js'
import { reportOf, totalOf } from './comparison.js'
import { type CrashRunOptions, crashRun } from './crash-run.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip
const { dir, remove } = scratchFolder()
afterAll(remove)

/** What differs after so many troubles, from few posts. */
async function troubled(options: Pick<CrashRunOptions, 'begin' | 'seed' | 'kills'>, folder: string) {
  const { compared, hits } = await crashRun({
    ...options,
    ...{ dataDir: join(dir, folder), posts: 300, sentiment: false, say: () => {} },
  })
  const { differences, numbers } = totalOf(compared)
  return { report: differences === 0 ? '' : reportOf(compared), numbers, hits }
}

withKafka('two workers on Kafka, while workers and servers are killed, stopped and frozen', () => {
  it('lose nothing, double nothing, and leave nothing open', async () => {
    const begin: CrashRunOptions['begin'] = (options) => ClusterTrial.begin(options)
    const { report, numbers, hits } = await troubled({ begin, seed: 11, kills: 10 }, 'newest')
    expect(report).toBe('')
    expect(numbers).toBeGreaterThan(100_000)
    // each kind of them
    expect([...hits.by.values()]).toEqual(Array(10).fill(1))
  })

  it('do so on a broker of the series before as well', async () => {
    const begin: CrashRunOptions['begin'] = (options) => ClusterTrial.begin(options, 3)
    const { report, numbers, hits } = await troubled({ begin, seed: 5, kills: 4 }, 'before')
    expect(report).toBe('')
    expect(numbers).toBeGreaterThan(100_000)
    expect([...hits.by.values()]).toEqual(Array(4).fill(1))
  })
})
