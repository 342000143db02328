import { describe, expect, it } from '@jest/globals'
import { choices } from '../streams/engine/testing/choices.js'
import { densityDifferences } from './density-difference.js'

describe('mentions for the inhabitants of places', () => {
  it('are more or fewer than those of all by the score test of a proportion', () => {
    const places = [
      { mentions: 60, population: 1_000 },
      { mentions: 20, population: 1_000 },
      { mentions: 40, population: 1_000 },
    ]
    // z = (60 - 40) / sqrt(120 * 1/3 * 2/3) = 3.873, and none for 40 of 40
    expect(densityDifferences(places)).toEqual([
      { pValue: expect.closeTo(1.075e-4, 7), verdict: 'denser' },
      { pValue: expect.closeTo(1.075e-4, 7), verdict: 'thinner' },
      { pValue: expect.closeTo(1, 6), verdict: 'steady' },
    ])
  })

  it('say nothing where nothing was said, or where there is one place alone', () => {
    const nothing = { pValue: null, verdict: 'steady' }
    expect(
      densityDifferences([
        { mentions: 0, population: 5 },
        { mentions: 0, population: 9 },
      ]),
    ).toEqual([nothing, nothing])
    expect(densityDifferences([{ mentions: 30, population: 5 }])).toEqual([nothing])
    expect(densityDifferences([])).toEqual([])
  })

  it('call hardly a place denser where all say as much, however many are looked at', () => {
    const choose = choices(7)
    const rounds = 400
    let wrong = 0
    for (let round = 0; round < rounds; round++) {
      const said = Array.from({ length: 25 }, () => 0)
      for (let mention = 0; mention < 1_000; mention++) {
        const place = choose(25)
        said[place] = (said[place] ?? 0) + 1
      }
      const found = densityDifferences(said.map((mentions) => ({ mentions, population: 40_000 })))
      if (found.some(({ verdict }) => verdict !== 'steady')) wrong += 1
    }
    // one look alone would be wrong for one place in twenty: for some of 25 in seven rounds of ten
    expect(wrong / rounds).toBeLessThan(0.08)
  })
})
