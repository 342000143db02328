import { describe, expect, it } from '@jest/globals'
import { aBoard, at, intervalsOf, openedOf, rowsOfBoard } from '../../bench/shifts/board.js'
import { shiftsOfRows } from '../../bench/shifts/watch.js'
import { sourceKey } from './series.js'

describe('what others push', () => {
  it.each([
    ['one account', 1],
    ['three hundred accounts', 300],
  ])('is told of the term that is pushed, and no drop of the share of the rest is: %s', (_who, accounts) => {
    for (const seed of [1, 2]) {
      const shifts = aBoard({ seed, pushed: { term: 'anticucho', from: at, until: at + 12, posts: 12, accounts } })
      const opened = openedOf(shifts)
      expect([seed, opened.some(({ term, effect }) => term === 'anticucho' && effect > 0)]).toEqual([seed, true])
      expect(opened.filter(({ effect }) => effect < 0)).toEqual([])
    }
  })

  it('is told of a term whose own count falls, whatever its share does', () => {
    const shifts = aBoard({ seed: 1, times: (term, index) => (term === 'ceviche' && index >= at ? 0.2 : 1) })
    expect(openedOf(shifts)).toContainEqual(
      expect.objectContaining({ term: 'ceviche', effect: expect.closeTo(-0.8, 0) }),
    )
  })
})

describe('a source that falls silent', () => {
  it('is told since the first interval in which nothing was heard, however late it is told', () => {
    for (const seed of [1, 2]) {
      // midnight in Lima
      const gone = at + 56
      const rows = rowsOfBoard({ seed, silent: { source: 'beta', from: gone } })
      const last = rows.findLastIndex((each) => each.some(({ key }) => key === sourceKey('beta')))
      const shifts = shiftsOfRows(rows)
      const silence = openedOf(shifts).find(({ source }) => source === 'beta')
      expect(silence).toMatchObject({ shift: 'silence', observed: 0 })
      expect(intervalsOf(silence?.openedAt ?? 0)).toBe(last + 1)
      expect(intervalsOf(silence?.start ?? 0)).toBeGreaterThan(gone + 8)
      // what is usual is that of the whole silence, its night included
      expect(silence?.expected).toBeLessThan(2)
      const later = shifts.filter(({ shiftId }) => shiftId === silence?.shiftId)
      expect(new Set(later.map(({ openedAt }) => openedAt))).toEqual(new Set([silence?.openedAt]))
    }
  })
})

describe('what is told of a shift that is over', () => {
  it('is of the intervals up to the last that was off: a drop is never above what was expected, nor a rise below', () => {
    const shifts = [1, 2].flatMap((seed) =>
      aBoard({ seed, times: (term, index) => (term === 'ceviche' && index >= at && index < at + 20 ? 0 : 1) }),
    )
    const closed = shifts.filter(({ state, term }) => state === 'closed' && term === 'ceviche')
    expect(closed).not.toEqual([])
    for (const { shiftId, effect, severity, observed } of closed) {
      const [opened] = shifts.filter((shift) => shift.shiftId === shiftId)
      // two hours of calm at the end take nothing away from a term of which nothing was said
      expect([opened?.effect, effect < -0.7, severity]).toEqual([expect.any(Number), true, 'high'])
      expect(observed).toBeLessThan(1)
    }
    for (const { shift, effect, observed, expected } of shifts) {
      expect(Math.sign(observed - expected)).toBe(Math.sign(effect))
      if (shift === 'drop') expect(effect).toBeLessThan(0)
      if (shift === 'spike') expect(effect).toBeGreaterThan(0)
    }
  })
})
