// Generated from emerging-term.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A word, two words or a hashtag that nobody thought of putting into a vocabulary, in one window in which at least five posts hold it. Spellings are joined; near-duplicates and reposts count once. Key of the record: kind, form and window kind, separated by U+001F. Timestamp of the record: the largest timestamp of what was counted. Early results have isFinal false and are replaced by those of a higher revision; each window has exactly one final, which is never revised. */
export interface EmergingTerm {
  /** As most posts write it, in lower case; of hashtags folded, accents dropped. */
  readonly term: string
  /** A word; two that follow each other; a hashtag. */
  readonly kind: EmergingTermKind
  /** What its spellings have in common: ñ as n, letters that are repeated once, without the ending of the plural. */
  readonly form: string
  /** The ways in which it is written, in lower case, the most frequent first, at most 5. */
  readonly spellings: readonly string[]
  /** Hour, day of America/Lima. */
  readonly window: EmergingWindow
  /** Start of the window, included. */
  readonly start: number
  /** End of the window, excluded. */
  readonly end: number
  /** True once, for the last result of the window. */
  readonly isFinal: boolean
  /** 1, 2, 3 ... within the window. */
  readonly revision: number
  /** Posts and reviews that hold it, reposts included. */
  readonly posts: number
  /** Those of them that are reposts. */
  readonly reposts: number
  /** Posts that authors and texts were compared of: all, or a thousand drawn as if by lot. */
  readonly examined: number
  /** Of those examined, how many can be picked so that no two are of one author or near-duplicates: what is judged. */
  readonly independent: number
  /** Distinct authors of those examined. */
  readonly authors: number
  /** Part of those examined that the three authors who said most have, 0 to 1. */
  readonly topAuthorsShare: number
  /** Part of those examined that repeats an author or a text, 0 to 1: near 0 organic, near 1 pushed. */
  readonly pushed: number
  /** How many independent posts were to be expected, from the days before. */
  readonly expected: number
  /** How far independent is from that, as the deviation of a standard normal variable that is as improbable. */
  readonly deviation: number
  /** new: of no day before, and more than chance; rising: suddenly frequent; pushed: it would be either if all its posts counted, and half of them repeat an author or a text; usual: neither. */
  readonly verdict: EmergingVerdict
  /** postIds of posts that hold it, of different authors and texts, at most 5. */
  readonly evidence: readonly string[]
}

export type EmergingVerdict = 'new' | 'rising' | 'pushed' | 'usual'

export type EmergingWindow = 'hour' | 'day'

export type EmergingTermKind = 'word' | 'bigram' | 'hashtag'
