/** What came of one item of a batch: one bad item fails alone, the others go on. */
export type BatchResult<Result> =
  | { readonly kind: 'ok'; readonly value: Result }
  | { readonly kind: 'failed'; readonly reason: string }

/** Something that answers many questions at once, in the order asked: a model, a remote service. */
export interface BatchService<Item, Result> {
  readonly name: string
  /** One result an item, in order. Rejects only when the whole service is gone: the caller may ask again. */
  call(items: readonly Item[]): Promise<readonly BatchResult<Result>[]>
}

export type SentimentLabel = 'negative' | 'neutral' | 'positive'

/** What a text says of one thing, as in food or price. */
export interface AspectSentiment {
  readonly aspect: string
  readonly label: SentimentLabel
  /** Probability of the label if the text speaks of it, 0 to 1; not calibrated. */
  readonly confidence: number
}

export interface Sentiment {
  readonly label: SentimentLabel
  /** Calibrated probability of the label, 0 to 1. */
  readonly confidence: number
  /** Probabilities of negative, neutral and positive; they sum to 1. */
  readonly scores: readonly [negative: number, neutral: number, positive: number]
  /** False when the confidence is below the model's own threshold: do not act on the label alone. */
  readonly sure: boolean
  /** Name and version of the model, as in `sentiment-es-en-pt@1.0.0`; with that of aspects, where there is one, behind a `+`. */
  readonly model: string
  /** What the text speaks of, each with a sentiment of its own. Missing when the model knows no aspects. */
  readonly aspects?: readonly AspectSentiment[]
}

/** A score that somebody asked for, with what is known of the text's language. */
export interface ScoredText extends Sentiment {
  /** The language that the words of the text tell, as in `es`; null when they do not tell it clearly. */
  readonly language: string | null
  /** Whether the model was made for that language: when false, its score means little. Null when that is not known. */
  readonly supported: boolean | null
}

export type SentimentModel = BatchService<string, Sentiment>
