import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { sentimentOf } from './scores.js'

const model = { id: 'm@1', labels: [0, 1, 2], temperature: 1, unsureBelow: 0.6 }

describe('scores from logits', () => {
  it('are the softmax of the logits divided by the temperature', () => {
    const { scores, label, sure } = sentimentOf([0, 0, Math.log(2) * 2], { ...model, temperature: 2 })
    expect(scores.map((score) => Number(score.toFixed(12)))).toEqual([0.25, 0.25, 0.5])
    expect([label, sure]).toEqual(['positive', false])
  })

  it('add up the outputs that mean the same', () => {
    const { scores } = sentimentOf([1, 1, 1, 1, 1], { ...model, labels: [0, 0, 1, 2, 2] })
    expect(scores.map((score) => Number(score.toFixed(12)))).toEqual([0.4, 0.2, 0.4])
  })

  it('sum to one for any finite logits', () => {
    const logit = fc.float({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.tuple(logit, logit, logit), (logits) => {
        const { scores, confidence } = sentimentOf(logits, model)
        expect(scores[0] + scores[1] + scores[2]).toBeCloseTo(1, 10)
        expect(confidence).toBeGreaterThanOrEqual(1 / 3)
      }),
    )
  })
})
