import { isUpperCase } from '../text/fold.js'
import { breaks, type PlacedWord } from './clauses.js'

/** Longer words in capitals are said loudly, and no acronyms. */
const longestAcronym = 4
const letters = /\p{L}/gu
const accented = /[\u0300\u0301\u0302]/u

const writtenIn = (text: string, { start, end }: PlacedWord): string => text.slice(start, end)
const isInCapitals = (written: string): boolean => written.length > 1 && [...written].every(isUpperCase)

/** Whether a short word is in capitals where the text is not: in one that shouts all are. */
export function isAcronym(text: string, word: PlacedWord): boolean {
  const written = writtenIn(text, word)
  if (written.length > longestAcronym || !isInCapitals(written)) return false
  const all = text.match(letters) ?? []
  return 2 * all.filter(isUpperCase).length < all.length
}

/** Whether the word is all or the first part of a hashtag. */
export const isInHashtag = (text: string, { start }: PlacedWord): boolean => text.charAt(start - 1) === '#'

/**
 * Whether the word has an accent where none of the writings has one: people leave accents out and put none where there
 * is none, so that "jugó" is not "jugo".
 * @param writings in lower case
 */
export function hasOtherAccents({ written }: PlacedWord, writings: readonly string[]): boolean {
  const isAccentedAt = (word: string, at: number) => accented.test(word.charAt(at).normalize('NFD'))
  return writings.every((writing) =>
    [...written].some((_, at) => isAccentedAt(written, at) && !isAccentedAt(writing, at)),
  )
}

/** Words that stand within names in small letters. */
const within: ReadonlySet<string> = new Set([
  'de',
  'del',
  'la',
  'las',
  'los',
  'el',
  'do',
  'da',
  'dos',
  'das',
  'of',
  'the',
])

/** Whether the word has a capital within a sentence, and so has the one beside it: they are parts of a name. */
export function isOfName(text: string, words: readonly PlacedWord[], at: number): boolean {
  const word = words[at] as PlacedWord
  if (at === 0 || word.before > breaks.none || !isCapitalised(text, word)) return false
  return [-1, 1].some((step) => {
    let beside = at + step
    while (within.has(words[beside]?.written ?? '')) beside += step
    const other = words[beside]
    const between = words[Math.max(at, beside)]
    return other !== undefined && (between?.before ?? breaks.sentence) <= breaks.none && isCapitalised(text, other)
  })
}

function isCapitalised(text: string, word: PlacedWord): boolean {
  const written = writtenIn(text, word)
  return isUpperCase(written.charAt(0)) && !isInCapitals(written)
}

/** How many words before and behind one are beside it. */
const beside = 3

/** Whether a word beside it, within its sentence, is an opinion. @param isOpinion asked of folded words */
export function isJudged(words: readonly PlacedWord[], at: number, isOpinion: (form: string) => boolean): boolean {
  for (const step of [-1, 1]) {
    for (let far = 1; far <= beside; far++) {
      const word = words[at + step * far]
      const between = words[Math.max(at + step * far, at + step * (far - 1))]
      if (word === undefined || between === undefined || between.before === breaks.sentence) break
      if (isOpinion(word.form)) return true
    }
  }
  return false
}
