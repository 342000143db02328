import { describe, expect, it } from '@jest/globals'
import { aspectNumbers, aspectsOf } from './aspects.js'

const output = {
  output: 'logits_with_aspects',
  names: ['food', 'service', 'service', 'price', null],
  mentionedFrom: 0.5,
}
const absent = [-3, 0, 0, 0]

describe('aspects from logits', () => {
  it('are those that are mentioned, each with a sentiment of its own', () => {
    const food = [2, -4, -4, 4]
    const service = [1, 5, 0, 0]
    const found = aspectsOf([...food, ...service, ...absent, ...absent, ...absent], output)
    expect(found.map(({ aspect, label }) => [aspect, label])).toEqual([
      ['food', 'positive'],
      ['service', 'negative'],
    ])
    expect(found[0]?.confidence).toBeCloseTo(1 / (1 + 2 * Math.exp(-8)), 12)
  })

  it('are one when two outputs have one name: the more probable of them speaks', () => {
    const both = [...absent, 0.1, 9, 0, 0, 0.2, 0, 0, 9, ...absent, ...absent]
    expect(aspectsOf(both, output).map(({ aspect, label }) => [aspect, label])).toEqual([['service', 'positive']])
  })

  it('leave out what has no name and what is below the threshold', () => {
    const price = [1, 0, 3, 0]
    const unnamed = [9, 9, 0, 0]
    const numbers = [...absent, ...absent, ...absent, ...price, ...unnamed]
    expect(aspectsOf(numbers, output).map(({ aspect }) => aspect)).toEqual(['price'])
    expect(aspectsOf(numbers, { ...output, mentionedFrom: 0.8 })).toEqual([])
  })

  it('take four numbers each', () => {
    expect(aspectNumbers(output)).toBe(20)
    expect(aspectNumbers(null)).toBe(0)
  })
})
