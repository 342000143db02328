import { afterAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../support/scratch.js'
import { EngineProcess } from '../verify/engine-process.js'

const scratch = scratchFolder()
afterAll(() => scratch.remove())

describe('an engine that is asked to end', () => {
  it('ends without what takes too long, says what that is, and goes on from there the next time', async () => {
    const settings = { PULSO_SENTIMENT: 'false' }
    const hurried = await EngineProcess.start(scratch.dir, { ...settings, PULSO_STOP_WITHIN: '1ms' })
    expect(await hurried.stop()).toBe(1)
    expect(hurried.errors).toMatch(/PULSO_STOP_WITHIN.* waits for .*, and ends without that/)
    const patient = await EngineProcess.start(scratch.dir, settings)
    expect(await patient.instance().lag()).toBeDefined()
    expect(await patient.stop()).toBe(0)
  })
})
