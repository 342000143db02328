import type { EmergingTermKind, EmergingVerdict, EmergingWindow } from '../../schemas/emerging-term.js'

/** A term that is new, suddenly frequent or pushed, in the window in which it was furthest from the usual. */
export interface EmergingFigures {
  readonly term: string
  readonly kind: EmergingTermKind
  readonly spellings: readonly string[]
  readonly verdict: EmergingVerdict
  readonly window: EmergingWindow
  readonly start: number
  readonly end: number
  readonly isFinal: boolean
  readonly posts: number
  readonly reposts: number
  /** Posts of which no two are of one author or near-duplicates: what is judged. */
  readonly independent: number
  readonly authors: number
  readonly topAuthorsShare: number
  /** 0 organic, 1 pushed. */
  readonly pushed: number
  readonly expected: number
  readonly deviation: number
  /** Other terms that the same posts hold: a word of a pair, a hashtag. */
  readonly also: readonly { readonly term: string; readonly kind: EmergingTermKind; readonly posts: number }[]
  /** Posts that hold it and still stand. */
  readonly examples: readonly { readonly postId: string; readonly text: string }[]
}
