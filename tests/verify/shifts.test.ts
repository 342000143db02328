import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { familyOf } from '../../processors/shifts/measures.js'
import type { Shift } from '../../schemas/shift.js'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { ClusterTrial } from './cluster/cluster-trial.js'
import { EngineTrial } from './engine-trial.js'
import { shiftsTold } from './shifts-run.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? it : it.skip
const { dir, remove } = scratchFolder()
afterAll(remove)

describe('shifts of a fortnight with a planted one', () => {
  let whole: readonly string[]
  beforeAll(async () => {
    const options = { dataDir: join(dir, 'whole'), seed: 1, kills: 0 }
    whole = (await shiftsTold(async (given) => new EngineTrial(given), options)).shifts
  })

  it('are told once each, under one identity from opening to closing', () => {
    const shifts = whole.map((each): Shift => JSON.parse(each))
    // of measures of talk that move together, one is told
    const planted = shifts.filter(({ term, measure }) => term === 'ceviche' && familyOf[measure] === 'talk')
    expect(new Set(planted.map(({ shiftId }) => shiftId)).size).toBe(1)
    expect(planted.map(({ state }) => state)).toContain('opened')
    expect(planted.map(({ state }) => state)).toContain('closed')
    expect(new Set(shifts.map(({ shiftId, revision }) => `${shiftId} ${revision}`)).size).toBe(shifts.length)
  })

  it('are the same, with the same identities, from an engine that is killed again and again', async () => {
    const options = { dataDir: join(dir, 'killed'), seed: 5, kills: 4 }
    const { shifts, letters, hits } = await shiftsTold(async (given) => new EngineTrial(given), options)
    expect([...hits.by.values()].reduce((sum, kills) => sum + kills, 0)).toBe(4)
    expect(letters).toEqual([])
    expect(shifts).toEqual(whole)
  })

  withKafka('are the same from two workers on Kafka, while workers and servers are killed and stopped', async () => {
    const options = { dataDir: join(dir, 'kafka'), seed: 3, kills: 4 }
    const { shifts, letters, hits } = await shiftsTold((given) => ClusterTrial.begin(given), options)
    expect([...hits.by.values()].reduce((sum, kills) => sum + kills, 0)).toBe(4)
    expect(letters).toEqual([])
    expect(shifts).toEqual(whole)
  })
})
