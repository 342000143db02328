import { describe, expect, it } from '@jest/globals'
import { openTestModel, tinyModel } from '../tests/support/sentiment.js'
import { placeOf, withTrials } from './routed-model.js'

const texts = Array.from({ length: 400 }, (_, n) => `${n} muy ${'rico '.repeat(n % 5)}y nada caro`)

describe('models side by side', () => {
  it('score each text by one of them, always the same, in the order asked, and say which', async () => {
    const [main, trial] = await Promise.all([openTestModel(), openTestModel({ dir: tinyModel('byte-level-bpe') })])
    const routed = withTrials(main.model, [{ model: trial.model, share: 0.25 }])
    const results = await routed.call(texts)
    const by = results.map((result) => (result.kind === 'ok' ? result.value.model : result.reason))
    expect(new Set(by)).toEqual(new Set([main.model.name, trial.model.name]))
    const onTrial = by.filter((name) => name === trial.model.name).length
    expect(onTrial / texts.length).toBeCloseTo(0.25, 1)
    expect(await routed.call(texts.toReversed())).toEqual(results.toReversed())
    expect(routed.status()).toMatchObject({ scored: texts.length, repeated: texts.length, workers: 4 })
    const alone = await trial.model.call(texts)
    expect(results.filter((_, at) => by[at] === trial.model.name)).toEqual(
      alone.filter((_, at) => by[at] === trial.model.name),
    )
    await routed.close()
    await expect(trial.model.call(['x'])).rejects.toThrow(/closed/)
  })

  it('cannot be given more texts than there are', async () => {
    const { model } = await openTestModel()
    const trials = [0.6, 0.5].map((share) => ({ model, share }))
    expect(() => withTrials(model, trials)).toThrow(/110 % of the texts/)
    await model.close()
  })

  it('are spread evenly over texts that differ a little', () => {
    const counts = new Array<number>(10).fill(0)
    for (let n = 0; n < 10_000; n += 1) {
      const tenth = Math.floor(placeOf(`post ${n}`) * 10)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
