import { afterAll, describe, expect, it } from '@jest/globals'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { ClusterTrial } from './cluster/cluster-trial.js'
import { reportOf, totalOf } from './comparison.js'
import { crashRun } from './crash-run.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip
const { dir, remove } = scratchFolder()
afterAll(remove)

withKafka('two workers on Kafka, while workers and servers are killed, stopped and frozen', () => {
  it('lose nothing, double nothing, and leave nothing open', async () => {
    const { compared, hits } = await crashRun({
      ...{
        begin: (options) => ClusterTrial.begin(options),
        dataDir: dir,
        seed: 11,
        posts: 300,
        kills: 10,
        sentiment: false,
      },
      say: () => {},
    })
    const { differences, numbers } = totalOf(compared)
    expect(differences === 0 ? '' : reportOf(compared)).toBe('')
    expect(numbers).toBeGreaterThan(100_000)
    // each kind of them
    expect([...hits.by.values()]).toEqual(Array(10).fill(1))
  })
})
