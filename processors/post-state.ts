import type { Aspect, Mention, SentimentScore, Term } from '../schemas/mention.js'
import type { Timestamp } from '../streams/engine/time.js'

type StoredScore = readonly [
  label: SentimentScore['label'],
  confidence: number,
  negative: number,
  neutral: number,
  positive: number,
  sure: boolean,
  model: string,
]

type StoredAspect = readonly [aspect: string, label: Aspect['label'], confidence: number]

/**
 * What is known of a post that stands: its mention as it was last given out, as a list. There is one for every post, for
 * ever, and the names of its fields would be half of what is written. A new field is added at the end. What its key
 * says, and the sign, which is 1, are left out.
 */
export type LivePost = readonly [
  editedAt: Timestamp | null,
  streamTime: Timestamp,
  revision: number,
  kind: Mention['kind'],
  source: string,
  author: string,
  text: string,
  createdAt: Timestamp,
  language: string | null,
  region: string | null,
  terms: readonly (readonly [term: string, kind: Term['kind']])[],
  repostOf: string | null,
  stars: number | null,
  sentiment: StoredScore | null,
  url: string | null,
  simulated: boolean,
  /** Missing in what was written before there were aspects. */
  aspects?: readonly StoredAspect[],
]

/** What is known of a post: what stands, or that it was deleted. */
export type PostState = LivePost | 'deleted'

/** When the post was last edited; null: it does not say. */
export const editedAtOf = (state: LivePost): Timestamp | null => state[0]

/** Stream time of the record that gave the mention. */
export const streamTimeOf = (state: LivePost): Timestamp => state[1]

/** The state of a post whose mention was given out. */
export function livePost(mention: Mention, editedAt: Timestamp | null, streamTime: Timestamp): LivePost {
  const { sentiment: score } = mention
  return [
    editedAt,
    streamTime,
    mention.revision,
    mention.kind,
    mention.source,
    mention.author,
    mention.text,
    mention.createdAt,
    mention.language,
    mention.region,
    mention.terms.map(({ term, kind }) => [term, kind] as const),
    mention.repostOf,
    mention.stars,
    score === null
      ? null
      : [score.label, score.confidence, score.negative, score.neutral, score.positive, score.sure, score.model],
    mention.url,
    mention.simulated,
    mention.aspects.map(({ aspect, label, confidence }) => [aspect, label, confidence] as const),
  ]
}

/** The mention that stands. */
export function mentionOf(postId: string, state: LivePost): Mention {
  const [, , revision, kind, source, author, text, createdAt, language, region, terms, repostOf, stars] = state
  const [score, url, simulated, aspects = []] = [state[13], state[14], state[15], state[16]]
  return {
    postId,
    revision,
    sign: 1,
    kind,
    source,
    author,
    text,
    createdAt,
    language,
    region,
    terms: terms.map(([term, termKind]) => ({ term, kind: termKind })),
    repostOf,
    stars,
    sentiment: score === null ? null : scoreOf(score),
    url,
    simulated,
    aspects: aspects.map(([aspect, label, confidence]) => ({ aspect, label, confidence })),
  }
}

function scoreOf([label, confidence, negative, neutral, positive, sure, model]: StoredScore): SentimentScore {
  return { label, confidence, negative, neutral, positive, sure, model }
}
