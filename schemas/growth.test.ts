import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { change, changes, growths, leastMentions } from './growth.js'

const counts = fc.integer({ min: 0, max: 10_000 })
/** Of one term that is looked at alone. */
const growth = (current: number, previous: number, allCurrent: number, allPrevious: number) =>
  growths([{ current, previous }], allCurrent, allPrevious)[0] ?? null

describe('growth', () => {
  it('takes 300 against 100 for a rise and 3 against 1 for chance', () => {
    expect(growth(300, 100, 10_000, 10_000)).toMatchObject({ factor: 3, few: false })
    expect(growth(3, 1, 10_000, 10_000)).toBeNull()
    expect(growth(6, 3, 10_000, 10_000)).toBeNull()
  })

  it('ranks much evidence of a smaller growth above little evidence of a larger one', () => {
    const sure = growth(300, 100, 10_000, 10_000)
    const unsure = growth(9, 2, 10_000, 10_000)
    expect(unsure?.factor).toBeGreaterThan(sure?.factor ?? 0)
    expect(unsure?.atLeast).toBeLessThan(sure?.atLeast ?? 0)
    expect(unsure?.few).toBe(true)
  })

  it('does not call a term rising that grew as everything did', () => {
    expect(growth(300, 100, 30_000, 10_000)).toBeNull()
  })

  it('names no factor for a term that was not there before, and still a least growth', () => {
    expect(growth(40, 0, 1_000, 1_000)).toMatchObject({ factor: null, atLeast: expect.closeTo(10.4, 1) })
  })

  it('has nothing to say without a span before, or with too few mentions', () => {
    expect(growth(100, 0, 100, 0)).toBeNull()
    expect(growth(leastMentions - 1, 0, 1_000, 1_000)).toBeNull()
  })

  it('never claims more than the factor, and grows with the mentions of now', () => {
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (now, before, allNow, allBefore) => {
          const grown = growth(now, before, allNow, allBefore)
          if (grown === null) return
          expect(grown.atLeast).toBeGreaterThan(1)
          if (grown.factor !== null) expect(grown.atLeast).toBeLessThanOrEqual(grown.factor)
          expect(growth(now + 1, before, allNow, allBefore)?.atLeast).toBeGreaterThan(grown.atLeast)
        },
      ),
    )
  })
})

describe('a change that one author moves', () => {
  it('says so where a tenth or more is his, and is none where it hung by a thread', () => {
    const [pushed] = changes([[90, 30, 1_000, 1_000]], () => [
      [89, 30, 999, 1_000],
      [35, 30, 945, 1_000],
    ])
    expect(pushed).toMatchObject({ verdict: 'oneAuthor', author: 1 })
    expect(changes([[45, 28, 1_000, 1_000]], () => [[43, 28, 998, 1_000]])[0]?.verdict).toBe('steady')
    expect(changes([[90, 30, 1_000, 1_000]], () => [[80, 30, 990, 1_000]])[0]?.verdict).toBe('rising')
    expect(growths([{ current: 90, previous: 30 }], 1_000, 1_000, () => [[35, 30, 945, 1_000]])).toEqual([
      expect.objectContaining({ oneAuthor: true }),
    ])
  })

  it('falls by a flood of something else by one account', () => {
    expect(changes([[100, 100, 3_000, 1_000]], () => [[100, 100, 1_000, 1_000]])[0]?.verdict).toBe('oneAuthor')
  })
})

describe('a change', () => {
  it('is falling where growth the other way round is rising, and by as much', () => {
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (a, b, allA, allB) => {
          const [there, back] = [change(a, b, allA, allB), change(b, a, allB, allA)]
          expect(back?.verdict === 'falling').toBe(there?.verdict === 'rising')
          if (there?.verdict === 'tooFew' || back === null || there === null || a === 0) return
          expect((back.atMost ?? 0) * there.atLeast).toBeCloseTo(1, 6)
        },
      ),
    )
  })

  it('is of the share of voice alone where the count has not moved the same way', () => {
    expect(change(700, 700, 1_400, 700)).toMatchObject({ verdict: 'shareFalling' })
    expect(change(9, 30, 60, 1_000)).toMatchObject({ verdict: 'shareRising' })
    expect(growth(9, 30, 60, 1_000)).toBeNull()
    expect(change(600, 700, 1_400, 700)).toMatchObject({ verdict: 'falling' })
    expect(change(700, 700, 1, 1)).toMatchObject({ verdict: 'steady' })
  })

  it('never rises or falls against its own count', () => {
    fc.assert(
      fc.property(counts, counts, counts, counts, (now, before, otherNow, otherBefore) => {
        const verdict = change(now, before, now + otherNow, before + otherBefore)?.verdict
        if (verdict === 'rising') expect(now).toBeGreaterThan(before)
        if (verdict === 'falling') expect(now).toBeLessThan(before)
      }),
    )
  })

  it('that stands alone falls among many, and too few cost nothing', () => {
    const odd = [64, 42, 1_000, 1_000] as const
    expect(change(...odd)).toMatchObject({ verdict: 'rising', pValue: expect.closeTo(0.0326, 3) })
    const same = [50, 50, 1_000, 1_000] as const
    const verdicts = (...all: Parameters<typeof changes>[0]) => changes(all).map((each) => each?.verdict)
    expect(verdicts(odd, same, same, same)).toEqual(['steady', 'steady', 'steady', 'steady'])
    expect(verdicts(odd, [4, 0, 1_000, 1_000], [4, 0, 0, 1_000])).toEqual(['rising', 'tooFew', undefined])
    expect(verdicts(odd, [50, 100, 1_000, 1_000])).toEqual(['rising', 'falling'])
  })

  it('is called so by chance in no more of many than is said', () => {
    let state = 11
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    const spoken = (mentions: number, share: number) => {
      let current = 0
      for (let at = 0; at < mentions; at++) current += random() < share ? 1 : 0
      return [current, mentions - current, 10_000, 10_000] as const
    }
    const isTold = (each: ReturnType<typeof change>) => each?.verdict === 'rising' || each?.verdict === 'falling'
    const families = 1_000
    let [ofNothing, share, found] = [0, 0, 0]
    for (let at = 0; at < families; at++) {
      const nothing = Array.from({ length: 30 }, () => spoken(80, 0.5))
      ofNothing += changes(nothing).some(isTold) ? 1 : 0
      const told = changes([...nothing.slice(10), ...Array.from({ length: 10 }, () => spoken(80, 0.7))])
      const wrong = told.slice(0, 20).filter(isTold).length
      share += wrong / Math.max(1, told.filter(isTold).length)
      found += told.slice(20).filter(isTold).length / 10
    }
    // counts are whole numbers: of a level of 5 % they reach a little more or less
    expect([ofNothing / families, ofNothing / families < 0.07]).toEqual([expect.any(Number), true])
    expect([share / families, share / families < 0.05]).toEqual([expect.any(Number), true])
    expect([found / families, found / families > 0.85]).toEqual([expect.any(Number), true])
  })

  it('says that too few are too few, and that a little more of many is steady', () => {
    expect(change(4, 1, 1_000, 1_000)).toMatchObject({ verdict: 'tooFew', factor: 4, atMost: null })
    expect(change(105, 100, 1_000, 1_000)).toMatchObject({ verdict: 'steady' })
    expect(change(5, 40, 1_000, 1_000)).toMatchObject({ verdict: 'falling', factor: 0.125 })
    expect(change(10, 10, 1_000, 0)).toBeNull()
  })
})
