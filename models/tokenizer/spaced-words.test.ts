import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { plainCharacters } from './plain.js'
import { SpacedWords } from './spaced-words.js'

const vocab = ['<unk>', '▁', 'a', 'b', 'ab', '▁ab', '▁a', 'é', '...', '.', '😍', '▁😍', 'ba'].map(
  (piece, id) => [piece, id === 0 ? 0 : -2 - (id % 5)] as const,
)
const normalize = (text: string): string => text.normalize('NFKC').replaceAll(/ {2,}/g, ' ')
const normalizer = {
  type: 'Sequence',
  normalizers: [{ type: 'NFKC' }, { type: 'Replace', pattern: { Regex: ' {2,}' } }],
}
const plain = plainCharacters(normalizer, normalize, new Set([0x2581]))
const characters = ['a', 'b', 'é', 'e', '\u0301', ' ', '…', '.', '😍', '▁', 'ﬁ', '\u200d', '中', '\uD83D', 'ｂ']
const aText = fc.array(fc.constantFrom(...characters), { maxLength: 24 }).map((some) => some.join(''))

describe('words cut without the normaliser', () => {
  it('have the ids that they have with it, or are left to it', () => {
    if (plain === null) throw new Error('the normaliser is known')
    const words = new SpacedWords({ vocab, unk_id: 0 })
    let cut = 0
    fc.assert(
      fc.property(aText, (text) => {
        const [fast, slow]: [number[], number[]] = [[7], [7]]
        const done = words.appendPlain(text, plain, fast, Number.POSITIVE_INFINITY)
        words.append(normalize(text), slow, Number.POSITIVE_INFINITY)
        if (done) cut += 1
        expect(fast).toEqual(done ? slow : [7])
      }),
      { numRuns: 2000 },
    )
    expect(cut).toBeGreaterThan(100)
  })

  it('are not taken for known when the steps of the normaliser are not', () => {
    expect(plainCharacters({ type: 'Precompiled' }, normalize, new Set())).toBeNull()
  })
})
