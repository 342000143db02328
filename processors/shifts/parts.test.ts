import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { addParts, causesOfParts, learnParts, mostHeard, mostParts, noParts, type Parts } from './parts.js'

/** A series of which a tenth is of each of five regions and half names no region, for so long that it is known. */
const usual = () => {
  const known = noParts()
  const parts = ['02', '04', '08', '13', '15'].map((region) => [`region:${region}`, 10] as const)
  for (let row = 0; row < 500; row++) learnParts(known, 100, [...parts, ['ceviche', 30], ['author:often', 5]], 1)
  return known
}
const as = (times: number): Parts => [
  ...['02', '04', '08', '13', '15'].map((region) => [`region:${region}`, 10 * times] as const),
  ['ceviche', 30 * times],
  ['author:often', 5 * times],
]

describe('what a shift is due to', () => {
  it('is nothing in particular where all rises or falls as it is made', () => {
    expect(causesOfParts(usual(), 300, 100, as(3))).toEqual([])
    expect(causesOfParts(usual(), 30, 100, as(0.3))).toEqual([])
  })

  it('is the region in which everything rises', () => {
    expect(
      causesOfParts(
        usual(),
        200,
        100,
        addParts(as(1), [
          ['region:08', 100],
          ['ceviche', 30],
        ]),
      ),
    ).toEqual(['region:08'])
  })

  it('is the account that pushes before the region and the term that it pushes', () => {
    const pushed: Parts = [
      ['author:pusher', 100],
      ['region:08', 100],
      ['ceviche', 100],
    ]
    expect(causesOfParts(usual(), 200, 100, addParts(as(1), pushed))).toEqual(['author:pusher', 'region:08', 'ceviche'])
  })

  it('is no author of a few posts among many', () => {
    expect(causesOfParts(usual(), 200, 100, addParts(as(2), [['author:some', 20]]))).toEqual([])
    expect(causesOfParts(usual(), 102, 100, addParts(as(1), [['author:some', 2]]))).toEqual([])
  })

  it('is the part that is missing, of what is less', () => {
    const without = as(1).filter(([part]) => part !== 'ceviche')
    expect(causesOfParts(usual(), 70, 100, without)).toEqual(['ceviche'])
  })

  it('is said of nothing that is not known, and of no change', () => {
    expect(causesOfParts(noParts(), 100, 10, as(1))).toEqual([])
    expect(causesOfParts(usual(), 100, 100, as(1))).toEqual([])
  })
})

describe('parts', () => {
  const parts = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)), { maxLength: 8 })

  it('are the same in whatever order they are added, and those of nothing are left out', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [first, second] = [addParts([], one), addParts([], other)]
        expect(addParts(first, second)).toEqual(addParts(second, first))
        expect(addParts(first, second).every(([, voices]) => voices > 0)).toBe(true)
      }),
    )
  })

  it('that are known stay bounded, those most heard of stay', () => {
    const known = noParts()
    for (let row = 0; row < 1_000; row++)
      learnParts(
        known,
        2,
        [
          ['always', 1],
          [`once ${row}`, 1],
        ],
        1,
      )
    expect(known.parts.size).toBeLessThanOrEqual(2 * mostParts.usual)
    expect(mostHeard(known.parts, 1)[0]?.[0]).toBe('always')
  })
})
