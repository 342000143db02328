import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { TextMarks } from './text-marks.js'

describe('marks of texts', () => {
  it('tell of no text that was added that it was not, until they are cleared', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 50 }), (texts) => {
        const marks = new TextMarks()
        for (const text of texts) marks.add(text)
        expect(texts.every((text) => marks.mayHave(text))).toBe(true)
        marks.clear()
        expect(texts.some((text) => marks.mayHave(text))).toBe(false)
      }),
    )
  })

  it('tell nearly all others where a hundred were added', () => {
    const marks = new TextMarks()
    for (let number = 0; number < 100; number += 1) marks.add(`auction-${7 * number}`)
    const others = Array.from({ length: 10_000 }, (_, number) => `auction-${100_000 + number}`)
    expect(others.filter((text) => marks.mayHave(text)).length).toBeLessThan(1_000)
  })
})
