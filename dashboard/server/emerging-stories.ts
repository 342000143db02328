import type { EmergingTermKind, EmergingVerdict, EmergingWindow } from '../../schemas/emerging-term.js'

/** A term that emerges, as far as it says whether another tells the same story. */
export interface Telling {
  readonly term: string
  readonly kind: EmergingTermKind
  readonly window: EmergingWindow
  readonly start: number
  readonly verdict: EmergingVerdict
  readonly posts: number
  /** Posts that hold it, the first of an order that is the same for all terms. */
  readonly evidence: readonly string[]
}

/** Another term of the same posts. */
export interface SameStory {
  readonly term: string
  readonly kind: EmergingTermKind
  readonly posts: number
}

/** A pair of words names a story when so large a part of the posts of its first term hold it. */
const namedBy = 0.8

/**
 * Whether two terms are held by the same posts, as far as those that are known of each tell: they are drawn in one order,
 * so that of two sets those that both have are as large a part of the first ones as of all (A. Broder, On the resemblance
 * and containment of documents, 1997). Half of them at least, in one window. What few push stays for itself.
 */
const areOneStory = (one: Telling, other: Telling): boolean => {
  if (one.window !== other.window || one.start !== other.start) return false
  if ((one.verdict === 'pushed') !== (other.verdict === 'pushed')) return false
  const common = one.evidence.filter((postId) => other.evidence.includes(postId)).length
  return common > 0 && 2 * common >= Math.max(one.evidence.length, other.evidence.length)
}

/** Without accents: of a pair most may write none where most do of the word alone. */
const bare = (term: string): string => term.normalize('NFD').replaceAll(/\p{M}/gu, '')

/** Whether the term says more of the story than a word of it: where nearly as many posts hold it and the word beside it. */
const namesBetter = (term: Telling, than: Telling): boolean =>
  term.kind === 'bigram' && bare(term.term).split(' ').includes(bare(than.term)) && term.posts >= namedBy * than.posts

/**
 * Joins terms that the same posts hold, a word and the pairs that it stands in or a hashtag, to one entry: that of the
 * term that is first, or of a pair of that word and another; with it go the others, as `also`.
 * @param terms the weightiest first
 * @param most entries
 */
export function stories<Term extends Telling>(
  terms: readonly Term[],
  most: number,
): readonly (Term & { readonly also: readonly SameStory[] })[] {
  const found: Term[][] = []
  for (const term of terms) {
    const story = found.find(([first]) => first !== undefined && areOneStory(first, term))
    if (story !== undefined) story.push(term)
    else if (found.length < most) found.push([term])
  }
  return found.flatMap((story) => {
    const [first] = story
    if (first === undefined) return []
    const named = story.find((term) => namesBetter(term, first)) ?? first
    const also = story
      .filter((term) => term !== named)
      .map(({ term, kind, posts }): SameStory => ({ term, kind, posts }))
    return [{ ...named, also }]
  })
}
