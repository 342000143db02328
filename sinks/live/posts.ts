import type { Aspect, Mention, SentimentScore } from '../../schemas/mention.js'
import { type BoardFilter, passes } from './filter.js'
import { holdsTerm } from './terms.js'
import type { View } from './view.js'

/** A post or review as a board shows it. The text is data: a board never reads it as markup (invariant 8). */
export type BoardPost = Pick<
  Mention,
  | 'postId'
  | 'revision'
  | 'kind'
  | 'source'
  | 'text'
  | 'createdAt'
  | 'language'
  | 'region'
  | 'repostOf'
  | 'stars'
  | 'url'
  | 'simulated'
> & {
  readonly sentiment: Pick<SentimentScore, 'label' | 'confidence' | 'sure' | 'model'> | null
  readonly aspects: readonly Pick<Aspect, 'aspect' | 'label'>[]
}

/** Characters of a text that a board is sent. */
export const longestText = 600

export function boardPost(mention: Mention): BoardPost {
  const { postId, revision, kind, source, createdAt, language, region, repostOf, stars, url, simulated } = mention
  const { text, sentiment } = mention
  return {
    ...{ postId, revision, kind, source, createdAt, language, region, repostOf, stars, url, simulated },
    text: text.length > longestText ? `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')}…` : text,
    sentiment:
      sentiment === null
        ? null
        : {
            label: sentiment.label,
            confidence: sentiment.confidence,
            sure: sentiment.sure,
            model: sentiment.model,
          },
    aspects: mention.aspects.map(({ aspect, label }) => ({ aspect, label })),
  }
}

/** Whether the view shows the mention among its posts. */
export const showsMention = (
  { region, term }: View,
  filter: BoardFilter | null,
  mention: Pick<Mention, 'region' | 'source' | 'text' | 'terms'>,
): boolean =>
  (region === '*' || region === mention.region) &&
  (term === null || holdsTerm(term, mention)) &&
  passes(filter, mention)

/** Revisions that were taken back are remembered for this many posts, in case the store still gives them. */
const rememberedRemovals = 1_000

/**
 * The newest posts of a view. Additions and removals go by post and revision, so that the store and the stream may
 * bring them in any order and more than once.
 */
export class LatestPosts {
  readonly #posts = new Map<string, BoardPost>()
  readonly #removed = new Map<string, number>()
  version = 0

  /** @param most Posts shown; twice as many are kept, so that removals leave no hole. */
  constructor(readonly most: number) {}

  add(post: BoardPost): void {
    const { postId, revision } = post
    if (revision <= (this.#removed.get(postId) ?? 0)) return
    if (revision <= (this.#posts.get(postId)?.revision ?? 0)) return
    this.#posts.set(postId, post)
    this.version += 1
    if (this.#posts.size > 4 * this.most) {
      const kept = this.#newest(2 * this.most)
      this.#posts.clear()
      for (const one of kept) this.#posts.set(one.postId, one)
    }
  }

  /** @returns true when posts that are not at hand may have to fill the place: ask the store. */
  remove(postId: string, revision: number): boolean {
    this.#removed.delete(postId)
    this.#removed.set(postId, revision)
    const [oldest] = this.#removed.keys()
    if (this.#removed.size > rememberedRemovals && oldest !== undefined) this.#removed.delete(oldest)
    const present = this.#posts.get(postId)
    if (present === undefined || present.revision > revision) return false
    this.#posts.delete(postId)
    this.version += 1
    return this.#posts.size < this.most
  }

  clear(): void {
    this.#posts.clear()
    this.version += 1
  }

  /** Newest first. */
  latest(): readonly BoardPost[] {
    return this.#newest(this.most)
  }

  #newest(count: number): readonly BoardPost[] {
    return [...this.#posts.values()]
      .sort((a, b) => b.createdAt - a.createdAt || (a.postId > b.postId ? -1 : 1))
      .slice(0, count)
  }
}
