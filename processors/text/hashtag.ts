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

/** The words that a hashtag runs together, as its capitals, digits and underscores tell: `LomoSaltado2024` has three. */
export function hashtagWords(body: string): string {
  let words = ''
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at)
    const before = body.charAt(at - 1)
    const next = body.charAt(at + 1)
    const startsWord =
      (isUpperCase(character) && (!isUpperCase(before) || (next !== '' && /\p{Ll}/u.test(next)))) ||
      /\d/.test(character) !== /\d/.test(before)
    words += character === '_' ? ' ' : startsWord && at > 0 ? ` ${character}` : character
  }
  return words
}
