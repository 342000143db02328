import { fold, isUpperCase, isWordSymbol, symbolAt } from './fold.js'

const underscore = 95

/** Where the hashtag whose body begins at `start` ends: after letters, digits, marks and underscores. */
export function hashtagEnd(text: string, start: number): number {
  let end = start
  while (end < text.length) {
    const unit = text.charCodeAt(end)
    if (!isWordSymbol(symbolAt(unit)) && unit !== underscore) break
    end++
  }
  return end
}

/** The term of a hashtag, as in `#ultimahora`; null for one without a letter, as in `#1`. */
export function hashtagTerm(body: string): string | null {
  return /\p{L}/u.test(body) && body.length <= 100 ? `#${fold(body)}` : null
}

const cases = { other: 0, upper: 1, lower: 2, digit: 3 } as const
type Case = (typeof cases)[keyof typeof cases]

/** The words that a hashtag runs together, as its capitals, digits and underscores tell: `LomoSaltado2024` has three. */
export function hashtagWords(body: string): string {
  let words = ''
  let from = 0
  let before = caseAt(body, 0)
  for (let at = 1; at < body.length; at++) {
    const kind = caseAt(body, at)
    const isCapital = kind === cases.upper && (before !== cases.upper || caseAt(body, at + 1) === cases.lower)
    const startsWord = isCapital || (kind === cases.digit) !== (before === cases.digit)
    if (startsWord && body.charCodeAt(at) !== underscore) {
      words += `${body.slice(from, at)} `
      from = at
    }
    before = kind
  }
  return (words + body.slice(from)).replaceAll('_', ' ')
}

/** Of the code unit there; behind the end there is none. */
function caseAt(text: string, at: number): Case {
  if (at >= text.length) return cases.other
  const unit = text.charCodeAt(at)
  if (unit >= 0x61 && unit <= 0x7a) return cases.lower
  if (unit >= 0x41 && unit <= 0x5a) return cases.upper
  if (unit < 0x80) return unit >= 0x30 && unit <= 0x39 ? cases.digit : cases.other
  const character = String.fromCharCode(unit)
  if (isUpperCase(character)) return cases.upper
  return /\p{Ll}/u.test(character) ? cases.lower : cases.other
}
