import { z } from 'zod'

/** Steps that look at one character, or at spaces in a row: what they leave alone one by one they leave alone together. */
const step = z.union([
  z.object({ type: z.enum(['NFC', 'NFKC']) }),
  z.object({ type: z.literal('Replace'), pattern: z.object({ Regex: z.string().regex(/^(\[[^\]]+\]| \{2,\})$/) }) }),
])
const steps = z.object({ type: z.literal('Sequence'), normalizers: z.array(step) })

/** Latin letters, digits, marks of punctuation, emoji and their selector: none combines with what stands beside it. */
const candidates = [
  [0x21, 0x24f],
  [0x2010, 0x205e],
  [0xfe0f, 0xfe0f],
  [0x1f300, 0x1faff],
] as const

const escaped = (code: number): string => `\\u{${code.toString(16)}}`

/**
 * Matches texts that the normaliser gives back as they are: of characters that it leaves alone, without two spaces in a
 * row; most posts are such. Null when the normaliser has steps that are not known here.
 * @param normalizer as tokenizer.json has it
 */
export function plainTexts(normalizer: unknown, normalize: (text: string) => string): RegExp | null {
  if (!steps.safeParse(normalizer).success) return null
  const plain: string[] = []
  for (const [first, last] of candidates)
    for (let code = first; code <= last; code += 1) {
      const text = `a${String.fromCodePoint(code)}a`
      if (normalize(text) === text) plain.push(escaped(code))
    }
  return new RegExp(`^(?:[${plain.join('')}]| (?! ))*$`, 'u')
}
