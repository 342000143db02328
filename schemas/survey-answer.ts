// Generated from survey-answer.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** An answer to a question of a survey, enriched. Key of the record: answerId. Timestamp of the record: answeredAt. The topic is a stream of changes: sign 1 adds an answer, sign -1 takes back exactly the one of the same answerId and revision, so that sums of sign times a figure are always right. */
export interface SurveyAnswer {
  /** Identity of the answer. */
  readonly answerId: string
  /** 1 as first given, one more with each change. */
  readonly revision: number
  /** 1 or -1. */
  readonly sign: number
  /** The survey. */
  readonly surveyId: string
  /** The question within the survey. */
  readonly questionId: string
  /** The question as it was put. */
  readonly question: string
  /** Kind of the question. */
  readonly kind: AnswerKind
  /** What was chosen. */
  readonly choices: readonly string[]
  /** The number that was chosen on a scale. */
  readonly score: number | null
  /** The answer to an open question. */
  readonly text: string | null
  /** Where it was asked. */
  readonly source: string
  /** Keyed hash of the person. */
  readonly author: string
  /** When it was answered. */
  readonly answeredAt: number
  /** ISO 639-1 code of the text, said by the source or detected. */
  readonly language: string | null
  /** Ubigeo of the department (2 digits). */
  readonly region: string | null
  /** How many people this one stands for; 1 unless the survey weighs. */
  readonly weight: number
  /** Distinct terms of the text. */
  readonly terms: readonly AnswerTerm[]
  /** negative, neutral or positive; null for closed questions, when sentiment is switched off, or when the text could not be scored. */
  readonly sentiment: string | null
  /** Calibrated probability of the sentiment, 0 to 1. */
  readonly confidence: number | null
  /** False when the confidence is below the model's threshold. */
  readonly sure: boolean | null
  /** Name and version of the model. */
  readonly model: string | null
  /** True when it was made up, or its time was moved, for a demonstration. */
  readonly simulated: boolean
  /** What an answer in words says of aspects of eating out, each at most once. Empty when sentiment is switched off. */
  readonly aspects: readonly AnswerAspect[]
}

export interface AnswerAspect {
  /** What it speaks of: food, service, price, ambience or menu, or what another model knows. */
  readonly aspect: string
  /** What it says of it: the most probable class. */
  readonly label: AnswerAspectLabel
  /** Probability of the label, 0 to 1. */
  readonly confidence: number
}

export type AnswerAspectLabel = 'negative' | 'neutral' | 'positive'

export interface AnswerTerm {
  /** Canonical form. */
  readonly term: string
  /** What the term is. */
  readonly kind: AnswerTermKind
}

export type AnswerTermKind = 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'

export type AnswerKind = 'single' | 'multiple' | 'scale' | 'open'
