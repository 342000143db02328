/**
 * Letters brought into one form, so that "AJÍ", "ají" and "aji" are the same word while "año" and "ano" are not: lower
 * case, accents and diaereses dropped, the tilde of ñ kept. One code unit becomes one code unit, so that positions in
 * the folded text are positions in the text.
 */
const foldedUnits = new Uint16Array(0x10000)

/** How a code unit takes part in words. The letters a to z, ñ and the digits have numbers of their own after these. */
export const symbols = { break: 0, gap: 1, skip: 2, otherLetter: 3, first: 4 } as const
/** Letters and digits by their symbol, from `symbols.first` on. */
export const alphabet = 'abcdefghijklmnopqrstuvwxyzñ0123456789'
/** Number of symbols, rounded up so that tables are addressed by shifting. */
export const symbolBits = 6

const symbolTable = new Uint8Array(0x10000)

const letter = /^[\p{L}\p{N}\p{M}]$/u
const upperCase = /^\p{Lu}$/u

/**
 * Han, Hangul, Yi, surrogates and what is for private use: they have no cases and no accents, and are three quarters of
 * all units. Asking each of them would make up most of the start of a thread.
 */
const isPlain = (unit: number): boolean => (unit >= 0x3400 && unit < 0xa490) || (unit >= 0xac00 && unit < 0xf900)

for (let unit = 0; unit < 0x10000; unit++) foldedUnits[unit] = isPlain(unit) ? unit : foldUnit(unit)
for (let unit = 0; unit < 0x10000; unit++) symbolTable[unit] = symbolOfUnit(unit)

function foldUnit(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return unit
  const lower = String.fromCharCode(unit).toLowerCase()
  const [base = lower, ...marks] = lower.normalize('NFD')
  const bare = marks.length > 0 && marks.every((mark) => mark >= '\u0300' && mark <= '\u036f')
  const kept = bare ? (base === 'n' && marks.includes('\u0303') ? 'ñ' : base) : lower
  return kept.length === 1 ? kept.charCodeAt(0) : unit
}

function symbolOfUnit(unit: number): number {
  const folded = String.fromCharCode(foldedUnits[unit] ?? unit)
  if (isPlain(unit)) return letter.test(folded) ? symbols.otherLetter : symbols.break
  const index = alphabet.indexOf(folded)
  if (index >= 0) return symbols.first + index
  // Apostrophes are written in four ways and left out as often: Norky's, Norky’s, Norkys.
  if ("'\u2019\u00b4`".includes(folded)) return symbols.skip
  if (folded === '-' || folded === '\t' || /^\p{Zs}$/u.test(folded)) return symbols.gap
  return letter.test(folded) ? symbols.otherLetter : symbols.break
}

/** How the code unit takes part in words: one of `symbols`, or a letter or digit of the alphabet. */
export const symbolAt = (unit: number): number => symbolTable[unit] ?? symbols.break

/** True for letters, digits and marks: what a word is made of. */
export const isWordSymbol = (symbol: number): boolean => symbol >= symbols.otherLetter

/** True for the digits 0 to 9. */
export const isDigit = (symbol: number): boolean => symbol >= symbols.first + alphabet.length - 10

export const isUpperCase = (text: string): boolean => upperCase.test(text)

/** The folded form of one code unit of a text in NFC. */
export const foldedUnit = (unit: number): number => foldedUnits[unit] ?? unit

/** NFC, where the text is not: letters and their accents become one code unit. */
export function compose(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x300 && unit <= 0x36f) return text.normalize('NFC')
  }
  return text
}

/** The folded form of a text: of the same length as its NFC form. */
export function fold(text: string): string {
  const composed = compose(text)
  let folded = ''
  for (let at = 0; at < composed.length; at++) {
    folded += String.fromCharCode(foldedUnits[composed.charCodeAt(at)] ?? 0)
  }
  return folded
}
