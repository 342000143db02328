import { describe, expect, it } from '@jest/globals'
import { isPart, regionKey, seriesOf, sourceKey, termKey, totalKey } from './series.js'

describe('series that are parts of each other', () => {
  const [term, inRegion] = [termKey('ceviche', 'dish'), termKey('ceviche', 'dish', '15')]
  it.each([
    [inRegion, term, true],
    [inRegion, regionKey('15'), true],
    [inRegion, regionKey('04'), false],
    [inRegion, termKey('ceviche', 'dish', '04'), false],
    [inRegion, termKey('causa', 'dish'), false],
    [inRegion, termKey('ceviche', 'word'), false],
    [term, regionKey('15'), false],
    [inRegion, totalKey, false],
    [inRegion, sourceKey('bluesky'), false],
    [totalKey, regionKey('15'), false],
  ])('%j and %j: %s, either way', (one, other, expected) => {
    expect(isPart(seriesOf(one), seriesOf(other))).toBe(expected)
    expect(isPart(seriesOf(other), seriesOf(one))).toBe(expected)
  })
})
