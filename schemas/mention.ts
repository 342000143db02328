// Generated from mention.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A post or review, enriched. Key of the record: postId. Timestamp of the record: createdAt. The topic is a stream of changes: sign 1 adds a mention, sign -1 takes back exactly the mention of the same postId and revision that came before (an edit gives one of each, a deletion one of -1), so that sums of sign, and of sign times a figure, are always right. */
export interface Mention {
  /** Identity of the post or review. */
  readonly postId: string
  /** 1 as first published, 2 after the first edit, and so on. */
  readonly revision: number
  /** 1 or -1. */
  readonly sign: number
  /** What was published. */
  readonly kind: MentionKind
  /** Where it came from. */
  readonly source: string
  /** Keyed hash of the author. */
  readonly author: string
  /** Plain text as published. */
  readonly text: string
  /** When it was published. */
  readonly createdAt: number
  /** ISO 639-1 code, said by the source or detected; null when it could not be told. */
  readonly language: string | null
  /** Ubigeo of the department (2 digits), from the record or from places named in the text. */
  readonly region: string | null
  /** Distinct terms of the text. */
  readonly terms: readonly Term[]
  /** postId of the post that this one repeats, or @name where the text alone says that it repeats one (RT @name: ...); reposts are counted apart. */
  readonly repostOf: string | null
  /** Rating of a review. */
  readonly stars: number | null
  /** Null when sentiment is switched off or the text could not be scored. */
  readonly sentiment: SentimentScore | null
  /** Address of the post. */
  readonly url: string | null
  /** True when its time was moved for a demonstration. */
  readonly simulated: boolean
  /** What a review, or a post about food, says of aspects of eating out, each at most once. Empty when sentiment is switched off. */
  readonly aspects: readonly Aspect[]
}

export interface Aspect {
  /** What it speaks of: food, service, price, ambience or menu, or what another model knows. */
  readonly aspect: string
  /** What it says of it: the most probable class. */
  readonly label: AspectLabel
  /** Probability of the label, 0 to 1. */
  readonly confidence: number
}

export type AspectLabel = 'negative' | 'neutral' | 'positive'

export interface SentimentScore {
  /** The most probable class. */
  readonly label: SentimentLabel
  /** Calibrated probability of the label, 0 to 1. */
  readonly confidence: number
  /** Probability, 0 to 1. */
  readonly negative: number
  /** Probability, 0 to 1. */
  readonly neutral: number
  /** Probability, 0 to 1. */
  readonly positive: number
  /** False when the confidence is below the model's threshold. */
  readonly sure: boolean
  /** Name and version of the model. */
  readonly model: string
}

export type SentimentLabel = 'negative' | 'neutral' | 'positive'

export interface Term {
  /** Canonical form: an entry of the vocabulary, or #hashtag in lower case, or an emerging word. */
  readonly term: string
  /** What the term is. */
  readonly kind: TermKind
}

export type TermKind = 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'

export type MentionKind = 'post' | 'review'
