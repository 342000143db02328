import type { Mention } from '../schemas/mention.js'
import type { Trend } from '../schemas/trend.js'
import type { Voice, WordsVoice } from '../schemas/voice.js'
import type { Aggregate } from '../streams/engine/processor.js'
import { everything, flagsOf, trendKey } from './contribution.js'
import type { WordSet } from './text/word-set.js'
import { eachWord } from './text/words.js'
import { type TrendSums, trend } from './trend.js'

const shortest = 4
const longest = 40
/** A text of nothing but words must not flood what comes after. */
const mostWords = 16

/** A word of a window is emerging when that many posts, of that many authors, hold it. */
export const emergingFrom = { mentions: 5, authors: 3 } as const

/**
 * The words of a mention that would be news if many said them: four letters or more, folded, none that everyday posts
 * hold or that the vocabulary knows, at most the first 16. Gives nothing for a mention that has none.
 * @param common gives the words that are no news; asked when the first mention comes
 */
export function uncommonWords(common: () => WordSet): (mention: Mention) => readonly WordsVoice[] {
  return function uncommonWords(mention) {
    const keys: string[] = []
    eachWord(mention.text, shortest, longest, common(), (word) => {
      if (!keys.includes(word)) keys.push(word)
      return keys.length < mostWords
    })
    return keys.length === 0 ? [] : [{ keys, value: { author: mention.author, flags: flagsOf(mention) } }]
  }
}

const allWords = trendKey(everything, 'word', everything)

/** The same for all: words are few enough to be counted in one place. */
export const together = (): string => allWords

/** Counts what is said for each word. */
export const wordTrend: Aggregate<Voice, TrendSums, Trend> = {
  ...trend,
  name: 'words',
  result: (sums, context) => trend.result(sums, { ...context, key: trendKey(context.key, 'word', everything) }),
}

/** Whether enough people say the word. */
export function isEmerging({ mentions, authors }: Trend): boolean {
  return mentions >= emergingFrom.mentions && authors >= emergingFrom.authors
}
