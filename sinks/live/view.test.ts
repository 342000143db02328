import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { barStart, layouts, parseView, rangeOf, spans, usualSpan, viewKey } from './view.js'

const lima = (text: string) => Date.parse(`${text}-05:00`)

describe('bars of a board', () => {
  it('begin at midnights of Lima, and weeks on Mondays', () => {
    const noon = lima('2025-03-12T12:34:56')
    expect(barStart(noon, layouts['30d'].step)).toBe(lima('2025-03-12T00:00:00'))
    expect(barStart(noon, layouts['52w'].step)).toBe(lima('2025-03-10T00:00:00'))
    expect(barStart(noon, layouts['7d'].step)).toBe(lima('2025-03-12T12:00:00'))
    expect(barStart(noon, layouts['6h'].step)).toBe(lima('2025-03-12T12:30:00'))
  })

  it('cover the span in whole, the last one holding the newest instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...spans), fc.integer({ min: 1e12, max: 2e12 }), (span, anchor) => {
        const { from, until } = rangeOf(span, anchor)
        const { step, length } = layouts[span]
        expect(until - from).toBe(length)
        expect(length % step).toBe(0)
        expect(anchor >= until - step && anchor < until).toBe(true)
      }),
    )
  })

  it('and those of spark lines are made of whole windows', () => {
    const windows = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
    for (const { window, length, sparks } of Object.values(layouts)) {
      expect((length / sparks) % windows[window]).toBe(0)
      expect(((2 * length) / sparks) % windows[window]).toBe(0)
    }
  })
})

describe('the span of a board that names none', () => {
  it('is the longest, up to a week, that can be compared with the one before', () => {
    const now = lima('2025-03-12T12:34:56')
    const after = (hours: number) => usualSpan(now - hours * 3_600_000, now)
    expect([0, 3, 12, 40, 50, 24 * 15, 24 * 400].map(after)).toEqual(['1h', '1h', '6h', '6h', '24h', '7d', '7d'])
    expect(usualSpan(null, now)).toBe('1h')
  })
})

describe('a view from outside', () => {
  it('takes the widest meaning for what it does not say', () => {
    expect(parseView({})).toEqual({ span: '7d', region: '*', kinds: [], term: null, board: null })
    expect(parseView(null)).toEqual(parseView({}))
  })

  it('is the same view however its kinds are ordered or whether all are named', () => {
    expect(viewKey(parseView({ kinds: ['place', 'dish'] }))).toBe(viewKey(parseView({ kinds: ['dish', 'place'] })))
    expect(parseView({ kinds: ['dish', 'ingredient', 'brand', 'place', 'hashtag', 'word'] }).kinds).toEqual([])
  })

  it('is refused with the part that is wrong and what it may be', () => {
    expect(() => parseView({ span: '2d' })).toThrow('span: one of 1h, 6h')
    for (const region of ['Lima', '99', '00', ''])
      expect(() => parseView({ region })).toThrow('region: the ubigeo of a department: * for all, 01 Amazonas')
    expect(() => parseView({ kinds: ['food'] })).toThrow('kinds: a list of dish')
    expect(() => parseView({ kinds: 'dish' })).toThrow('kinds: a list of dish')
    expect(() => parseView({ term: 'ceviche' })).toThrow('term: {"term"')
    expect(() => parseView({ term: { term: 'x'.repeat(201), kind: 'dish' } })).toThrow('term: {"term"')
  })

  it('never makes anything but a view or a RangeError of what it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          expect(viewKey(parseView(input))).toEqual(expect.any(String))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
