import { describe, expect, it } from '@jest/globals'
import { aMention } from '../tests/support/records.js'
import { contributions, partsOf, termAndRegion, trendKey } from './contribution.js'

const partsOfAll = (...mention: Parameters<typeof aMention>) =>
  contributions(aMention(...mention)).map((contribution) => partsOf(termAndRegion(contribution)))

describe('the contributions of a mention', () => {
  it('are to everything and to each term, over all regions', () => {
    expect(partsOfAll()).toEqual([
      ['*', 'all', '*'],
      ['lomo saltado', 'dish', '*'],
    ])
  })

  it('are to its region too, where it has one', () => {
    expect(partsOfAll({ region: '15', terms: [] })).toEqual([
      ['*', 'all', '*'],
      ['*', 'all', '15'],
    ])
  })

  it('say what the mention says of aspects, which a repost does not', () => {
    const aspects = [{ aspect: 'price', label: 'negative' as const, confidence: 0.5 }]
    const [whole, term] = contributions(aMention({ aspects }))
    for (const contribution of [whole, term])
      expect(contribution?.aspects).toEqual([{ aspect: 'price', label: 'negative' }])
    for (const contribution of [...contributions(aMention({ aspects, repostOf: '@x' })), ...contributions(aMention())])
      expect(contribution).not.toHaveProperty('aspects')
  })

  it('differ between an addition and its retraction in the sign alone', () => {
    const [added] = contributions(aMention())
    const [taken] = contributions(aMention({ sign: -1 }))
    expect(taken).toEqual({ ...added, flags: (added?.flags ?? 0) + 1 })
  })
})

describe('keys', () => {
  it('give their parts back, and refuse other texts', () => {
    expect(partsOf(trendKey('año, nuevo', 'word', '*'))).toEqual(['año, nuevo', 'word', '*'])
    expect(() => partsOf('pisco')).toThrow('"pisco" is no key of a trend')
    expect(() => partsOf('a\u001fdish\u001f*\u001fx')).toThrow('is no key of a trend')
  })
})
