import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { preprocessor } from './preprocessing.js'

describe('preprocessing', () => {
  it('applies the replacements in order, each everywhere', () => {
    const prepare = preprocessor(
      [
        { pattern: 'https?://[^ ]+', replacement: 'LINK' },
        { pattern: 'link', flags: 'iu', replacement: '$1 $&' },
      ],
      64,
    )
    expect(prepare('a http://x b https://y')).toBe('a $1 $& b $1 $&')
  })

  it('cuts a text to what could matter, between characters', () => {
    const prepare = preprocessor([], 3)
    expect(prepare('x'.repeat(5_000_000))).toHaveLength(3 * 64)
    expect(prepare(`${'x'.repeat(191)}😍😍`)).toBe('x'.repeat(191))
    expect(prepare(`${'x'.repeat(190)}😍😍`)).toBe(`${'x'.repeat(190)}😍`)
  })

  it('gives well-formed text for any sequence of code units', () => {
    const prepare = preprocessor([], 3)
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\uD83D', '\uDE0D', 'ñ'), { maxLength: 300 }), (units) => {
        const prepared = prepare(units.join(''))
        expect(Buffer.from(prepared, 'utf8').toString('utf8')).toBe(prepared)
      }),
    )
    expect(prepare('a\uD83Db😍')).toBe('a\uFFFDb😍')
  })

  it('names the place of a pattern that is no regular expression', () => {
    const rules = [
      { pattern: 'a', replacement: '' },
      { pattern: '(', replacement: '' },
    ]
    expect(() => preprocessor(rules, 64)).toThrow(/preprocessing\[1\]/)
  })
})
