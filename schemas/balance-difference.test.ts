import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { choices } from '../streams/engine/testing/choices.js'
import { balanceDifferences, differencePValue, type Scored } from './balance-difference.js'

const lot = (negative: number, neutral: number, positive: number): Scored => ({ negative, neutral, positive })

/** Every lot of so many mentions, with how probable it is under the shares of the labels. */
function lots(count: number, shares: readonly [number, number, number]): readonly (readonly [Scored, number])[] {
  const factorials = Array.from({ length: count + 1 }, () => 0)
  for (let n = 1; n <= count; n++) factorials[n] = (factorials[n - 1] ?? 0) + Math.log(n)
  const found: (readonly [Scored, number])[] = []
  for (let negative = 0; negative <= count; negative++) {
    for (let neutral = 0; neutral <= count - negative; neutral++) {
      const given = [negative, neutral, count - negative - neutral] as const
      const logarithm = given.reduce(
        (sum, times, at) => sum - (factorials[times] ?? 0) + times * Math.log(shares[at] ?? 0),
        factorials[count] ?? 0,
      )
      found.push([lot(...given), Math.exp(logarithm)])
    }
  }
  return found
}

describe('the test of a difference of balances', () => {
  it('is that of two proportions where nobody is neutral', () => {
    // 40 of 100 against 60 of 100: chi-squared 8 with n - 1 in place of n, 7.96, of one degree of freedom
    expect(differencePValue(lot(60, 0, 40), lot(40, 0, 60))).toBeCloseTo(0.0047826, 6)
  })

  it("gives what Mantel's statistic gives for a table with neutral ones", () => {
    // 90 mentions whose scores and lots correlate by -0.32228; 89 r² = 9.2438, of one degree of freedom
    expect(differencePValue(lot(20, 10, 10), lot(10, 15, 25))).toBeCloseTo(0.002363, 6)
  })

  it('is the same whichever is first, between 0 and 1, and 1 for lots that are spoken of alike', () => {
    const drawn = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500)).filter((counts) => counts.some((count) => count > 0))
    fc.assert(
      fc.property(drawn, drawn, (one, other) => {
        const probability = differencePValue(lot(...one), lot(...other))
        expect(probability).toBeCloseTo(differencePValue(lot(...other), lot(...one)), 12)
        expect(probability).toBeGreaterThanOrEqual(0)
        expect(probability).toBeLessThanOrEqual(1)
        expect(differencePValue(lot(...one), lot(...one))).toBeCloseTo(1, 6)
      }),
    )
  })

  it.each([
    [10, 20, [0.3, 0.4, 0.3]],
    [15, 15, [0.6, 0.3, 0.1]],
    [10, 20, [0.85, 0.1, 0.05]],
    [12, 24, [0.02, 0.08, 0.9]],
  ] as const)(
    'calls chance a difference hardly more often than it says, of %i beside %i mentions, over all that can be drawn',
    (first, second, shares) => {
      const [ones, others] = [lots(first, shares), lots(second, shares)]
      const wrong = { '0.05': 0, '0.01': 0 }
      for (const [one, probable] of ones) {
        for (const [other, alsoProbable] of others) {
          const pValue = differencePValue(one, other)
          if (pValue <= 0.05) wrong['0.05'] += probable * alsoProbable
          if (pValue <= 0.01) wrong['0.01'] += probable * alsoProbable
        }
      }
      expect([wrong, wrong['0.05'] < 0.06, wrong['0.01'] < 0.015]).toEqual([wrong, true, true])
    },
  )
})

describe('differences of balances that are looked at together', () => {
  it('are called better and worse, steady, or too few to say', () => {
    const told = balanceDifferences([
      [lot(60, 10, 30), lot(30, 10, 60)],
      [lot(30, 10, 60), lot(60, 10, 30)],
      [lot(31, 10, 59), lot(30, 10, 60)],
      [lot(0, 0, 9), lot(90, 0, 0)],
      [lot(0, 0, 12), lot(12, 0, 0)],
      [lot(0, 0, 0), lot(50, 0, 0)],
    ])
    expect(told.map(({ verdict }) => verdict)).toEqual(['worse', 'better', 'steady', 'tooFew', 'tooFew', 'tooFew'])
    expect(told[0]?.difference).toBeCloseTo(-0.6, 12)
    expect(told.slice(3).map(({ pValue }) => pValue)).toEqual([null, null, null])
    expect(told[5]?.difference).toBeNull()
  })

  it('are held against how many there are: what stands alone falls among many', () => {
    const odd = [lot(30, 0, 20), lot(20, 0, 30)] as const
    expect(differencePValue(...odd)).toBeCloseTo(0.047, 2)
    expect(balanceDifferences([odd])[0]?.verdict).toBe('worse')
    const same = [lot(20, 0, 30), lot(20, 0, 30)] as const
    expect(balanceDifferences([odd, same, same, same])[0]?.verdict).toBe('steady')
    // those that are too few are not tested, and cost nothing
    expect(balanceDifferences([odd, [lot(1, 0, 0), lot(1, 0, 0)]])[0]?.verdict).toBe('worse')
  })

  it('are called so by chance in no more of them than is said, in families of nothing and of something', () => {
    const chosen = choices(7)
    /** Mentions in thousandths of negative and neutral ones. */
    const draw = (count: number, negative: number, neutral: number) => {
      const counts = { negative: 0, neutral: 0, positive: 0 }
      for (let at = 0; at < count; at++) {
        const lot = chosen(1_000)
        counts[lot < negative ? 'negative' : lot < negative + neutral ? 'neutral' : 'positive'] += 1
      }
      return counts
    }
    const alike = () => [draw(40, 300, 400), draw(40, 300, 400)] as const
    const apart = () => [draw(300, 500, 200), draw(300, 300, 400)] as const
    const families = 2_000
    let [ofNothing, found, share] = [0, 0, 0]
    for (let at = 0; at < families; at++) {
      const isTold = ({ verdict }: { readonly verdict: string }) => verdict === 'better' || verdict === 'worse'
      if (balanceDifferences([alike(), alike(), alike(), alike(), alike()]).some(isTold)) ofNothing += 1
      const told = balanceDifferences([alike(), alike(), alike(), apart(), apart()])
      const wrong = told.slice(0, 3).filter(isTold).length
      found += told.slice(3).filter(({ verdict }) => verdict === 'worse').length
      share += wrong / Math.max(1, told.filter(isTold).length)
    }
    expect([ofNothing / families, ofNothing / families < 0.06]).toEqual([expect.any(Number), true])
    expect([share / families, share / families < 0.05]).toEqual([expect.any(Number), true])
    // of two that lie three standard errors apart, at a level near 0.02: seven in ten
    expect([found / families, found / families > 1.4]).toEqual([expect.any(Number), true])
  })
})
