import type { EmergingTermKind } from '../../schemas/emerging-term.js'
import type { Mention } from '../../schemas/mention.js'
import type { ForKeys } from '../../streams/engine/frequent/frequent-keys.js'
import { contentOf } from '../text/content.js'
import { WordSet } from '../text/word-set.js'
import { eachWord } from '../text/words.js'
import { spellingForm } from './spelling.js'

/** A post that holds a candidate. */
export interface Holder {
  readonly postId: string
  /** 1, or -1 when the mention is taken back. */
  readonly sign: number
  readonly author: string
  /** As `contentOf` gives it. */
  readonly content: number
  readonly isRepost: boolean
}

/** The same, and how it writes each of its candidates, in lower case. */
export interface HolderOfAll extends Holder {
  readonly terms: readonly string[]
}

/** The same for one candidate. */
export interface HolderOfOne extends Holder {
  readonly term: string
}

/** What is known of language: words that are no news, and words that say nothing of their own beside another. */
export interface KnownWords {
  readonly common: WordSet
  readonly functional: WordSet
}

const noWords = new WordSet([])
/** What is left of addresses that were cut, or written with a space within. */
const schemes: ReadonlySet<string> = new Set(['http', 'https', 'www'])
const shortest = { word: 4, inBigram: 3 } as const
const longest = 40
/** A text of nothing but words must not flood what comes after. */
const most = { words: 16, bigrams: 16, hashtags: 8 } as const
const separator = '\u001f'

export const candidateKey = (kind: EmergingTermKind, form: string): string => `${kind}${separator}${form}`

/** @throws RangeError for a text that `candidateKey` did not make */
export function candidateOf(key: string): readonly [kind: EmergingTermKind, form: string] {
  const at = key.indexOf(separator)
  const kind = kinds.find((each) => each === key.slice(0, at))
  if (kind === undefined) throw new RangeError(`"${key}" is no key of a candidate: kind and form, separated by U+001F`)
  return [kind, key.slice(at + 1)]
}

const kinds: readonly EmergingTermKind[] = ['word', 'bigram', 'hashtag']

/**
 * What of a mention would be news if many said it: words that everyday posts and the vocabulary do not know, two words
 * that follow each other and neither of which is an article or the like, and hashtags; spellings joined. Gives nothing
 * for a mention that has none.
 * @param known asked when the first mention comes
 */
export function candidates(known: () => KnownWords): (mention: Mention) => readonly ForKeys<HolderOfAll>[] {
  return function candidates(mention) {
    const { common, functional } = known()
    const { text, postId, sign, author, repostOf } = mention
    const found = new Map<string, string>()
    const left: Record<EmergingTermKind, number> = { word: most.words, bigram: most.bigrams, hashtag: most.hashtags }
    const take = (kind: EmergingTermKind, term: string, form: string) => {
      const key = candidateKey(kind, form)
      if (left[kind] === 0 || found.has(key)) return
      left[kind] -= 1
      found.set(key, term)
    }
    const terms = new Set(mention.terms.map(({ term }) => term))
    let before: string | null = null
    let writtenBefore = ''
    eachWord(withoutBareAddresses(text), 1, longest, noWords, (word, within, start) => {
      if (schemes.has(word)) {
        before = null
        return true
      }
      const written = within.slice(start, start + word.length).toLowerCase()
      if (word.length >= shortest.word && !common.has(word)) take('word', written, spellingForm(word))
      const counts = word.length >= shortest.inBigram && !functional.has(word)
      const pair = before === null || !counts ? null : `${before} ${word}`
      if (pair !== null && !terms.has(pair)) {
        take('bigram', `${writtenBefore} ${written}`, `${spellingForm(before ?? '')} ${spellingForm(word)}`)
      }
      before = counts ? word : null
      writtenBefore = written
      return true
    })
    for (const { term, kind } of mention.terms)
      if (kind === 'hashtag') take('hashtag', term, spellingForm(term.slice(1).replaceAll('_', '')))
    if (found.size === 0) return []
    const holder = { postId, sign, author, content: contentOf(text, author), isRepost: repostOf !== null }
    return [{ keys: [...found.keys()], value: { ...holder, terms: [...found.values()] } }]
  }
}

/** Names of hosts with a path behind them, as `pic.twitter.com/x`, and such that end as most do. */
const bareAddress =
  /(?<![\p{L}\p{N}.-])(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2,}\/\S*|(?:com|net|org)(?:\.\p{L}{2})?(?![\p{L}\p{N}]))/gu
const withoutBareAddresses = (text: string): string => (text.includes('.') ? text.replaceAll(bareAddress, ' ') : text)

/** What a post says of one of its candidates. */
export const ofCandidate = ({ terms, ...holder }: HolderOfAll, index: number): HolderOfOne => ({
  ...holder,
  term: terms[index] as string,
})
