import { afterAll, describe, expect, it } from '@jest/globals'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { reportOf, totalOf } from './comparison.js'
import { crashRun } from './crash-run.js'
import { RollingTrial, workers } from './rolling/rolling-trial.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip
const { dir, remove } = scratchFolder()
afterAll(remove)

withKafka('workers that are brought to a next version one by one, while they are fed', () => {
  it('lose nothing and double nothing, with another schema, another step and a topology more', async () => {
    const { compared, hits } = await crashRun({
      ...{ begin: (options) => RollingTrial.begin(options), dataDir: dir, seed: 5, posts: 400, kills: workers },
      sentiment: false,
      say: () => {},
    })
    const { differences, numbers } = totalOf(compared)
    expect(differences === 0 ? '' : reportOf(compared)).toBe('')
    expect(numbers).toBeGreaterThan(100_000)
    expect([...hits.by]).toEqual([['worker upgraded', workers]])
  })
})
