import { describe, expect, it } from '@jest/globals'
import { seriesRow } from './series-row.js'

const noon = Date.UTC(2024, 2, 1, 12)

describe('a row of a series', () => {
  it.each([
    ['2024-03-01T12:00:00Z', noon],
    ['2024-03-01T07:00:00-05:00', noon],
    ['2024-03-01T07:00:00-0500', noon],
    ['2024-03-01 12:00:00', noon],
    ['2024/03/01 12:00', noon],
    ['2024-03-01 12:00:00.250000', noon + 250],
    ['2024-03-01', Date.UTC(2024, 2, 1)],
    [String(noon), noon],
    [String(noon / 1_000), noon],
    ['1709294400.5', noon + 500],
    [' 0 ', 0],
  ])('has the time %s', (text, at) => {
    expect(seriesRow(text, '5')).toEqual({ kind: 'row', at, value: 5 })
  })

  it.each(['', 'ayer', '2024-02-30', '2024-03-01T25:00:00Z', '1e300', '01/03/2024'])(
    'is refused for the time "%s"',
    (text) => {
      expect(seriesRow(text, '5')).toMatchObject({ kind: 'refused', detail: expect.stringContaining('is no time') })
    },
  )

  it.each([
    ['-3.5', -3.5],
    ['1e6', 1e6],
    [' 7 ', 7],
    ['.5', 0.5],
  ])('has the value %s', (text, value) => {
    expect(seriesRow('0', text)).toEqual({ kind: 'row', at: 0, value })
  })

  it.each(['', ' ', 'NaN', 'null', 'NA'])('says with "%s" that there is no value', (text) => {
    expect(seriesRow('0', text)).toEqual({ kind: 'missing', at: 0 })
  })

  it.each(['1,234', 'Infinity', '1e999', '0x10', 'ten'])('is refused for the value "%s"', (text) => {
    expect(seriesRow('0', text)).toMatchObject({ kind: 'refused', detail: expect.stringContaining('is no number') })
  })
})
