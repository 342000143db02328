import { z } from 'zod'

/** Steps that look at one character, or at spaces in a row: what they do to characters one by one they do to a text. */
const step = z.union([
  z.object({ type: z.enum(['NFC', 'NFKC']) }),
  z.object({ type: z.literal('Replace'), pattern: z.object({ Regex: z.string().regex(/^(\[[^\]]+\]| \{2,\})$/) }) }),
])
const steps = z.object({ type: z.literal('Sequence'), normalizers: z.array(step) })

/** Latin letters, digits, punctuation, signs and emoji: none combines with what stands beside it. */
const candidates = [
  [0x21, 0x24f],
  [0x2010, 0x205e],
  [0x20a0, 0x20bf],
  [0x2100, 0x23ff],
  [0x2460, 0x27bf],
  [0x2900, 0x2bff],
  [0xfe0f, 0xfe0f],
  [0xff01, 0xff5e],
  [0x1f100, 0x1f1ff],
  [0x1f300, 0x1faff],
] as const

/** What the normaliser makes of single characters. */
export interface PlainCharacters {
  /** Whether the normaliser leaves the character as it is, whatever is around it; false for a space. By code point. */
  readonly kept: Uint8Array
  /** The characters that it always makes something else of, of kept characters. */
  readonly changed: ReadonlyMap<number, string>
}

const highest = 0x1ffff

/**
 * Finds out which characters the normaliser keeps or changes, one by one. Null when it has steps that are not known here.
 * @param normalizer as tokenizer.json has it
 * @param except characters to be left to the normaliser
 */
export function plainCharacters(
  normalizer: unknown,
  normalize: (text: string) => string,
  except: ReadonlySet<number>,
): PlainCharacters | null {
  if (!steps.safeParse(normalizer).success) return null
  const kept = new Uint8Array(highest + 1)
  const changed = new Map<number, string>()
  const made = new Map<number, string>()
  for (const [first, last] of candidates)
    for (let code = first; code <= last; code += 1) {
      if (except.has(code)) continue
      const character = String.fromCodePoint(code)
      const found = normalize(`a${character}a`)
      if (found === `a${character}a`) kept[code] = 1
      else if (found.length > 1 && found.startsWith('a') && found.endsWith('a')) made.set(code, found.slice(1, -1))
    }
  for (const [code, text] of made)
    if ([...text].every((character) => kept[character.codePointAt(0) ?? 0] === 1)) changed.set(code, text)
  return { kept, changed }
}
