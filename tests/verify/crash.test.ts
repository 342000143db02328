import { afterAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../support/scratch.js'
import { reportOf, totalOf } from './comparison.js'
import { crashRun } from './crash-run.js'
import { EngineTrial } from './engine-trial.js'

const { dir, remove } = scratchFolder()
afterAll(remove)

describe('an engine that is killed again and again while it is fed', () => {
  it('loses nothing, doubles nothing, and gives each final once', async () => {
    const { compared, hits } = await crashRun({
      begin: async (options) => new EngineTrial(options),
      dataDir: dir,
      seed: 7,
      posts: 700,
      kills: 5,
      sentiment: true,
      say: () => {},
    })
    const { differences, numbers } = totalOf(compared)
    expect(differences === 0 ? '' : reportOf(compared)).toBe('')
    expect(numbers).toBeGreaterThan(200_000)
    expect([...hits.by.values()].reduce((sum, kills) => sum + kills, 0)).toBe(5)
  }, 300_000)
})
