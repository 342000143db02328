import type { Mention } from '../schemas/mention.js'
import type { Trend } from '../schemas/trend.js'
import { type Contribution, everything, flagsOf, trendKey } from './contribution.js'
import { fold } from './text/fold.js'

const outsideWords = /https?:\/\/\S+|www\.\S+|[@#][\p{L}\p{N}\p{M}_]+/gu
const words = /[\p{L}\p{M}]+/gu
const shortest = 4
const longest = 40
/** A text of nothing but words must not flood what comes after. */
const mostWords = 16

/** A word of a window is emerging when that many posts, of that many authors, hold it. */
export const emergingFrom = { mentions: 5, authors: 3 } as const

/**
 * The words of a mention that would be news if many said them: four letters or more, folded, none that everyday posts
 * hold or that the vocabulary knows, at most the first 16.
 * @param isCommon knows words that are no news
 */
export function uncommonWords(isCommon: (word: string) => boolean): (mention: Mention) => readonly Contribution[] {
  return function uncommonWords(mention) {
    const found = new Set<string>()
    for (const [word] of fold(mention.text.replace(outsideWords, ' ')).matchAll(words)) {
      if (word.length < shortest || word.length > longest || isCommon(word)) continue
      found.add(word)
      if (found.size === mostWords) break
    }
    const flags = flagsOf(mention)
    return [...found].map((word) => [trendKey(word, 'word', everything), mention.author, flags])
  }
}

/** Whether enough people say the word. */
export function isEmerging({ mentions, authors }: Trend): boolean {
  return mentions >= emergingFrom.mentions && authors >= emergingFrom.authors
}
