// Generated from survey.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** One person's answer to one question of a survey. Key of the record: answerId. Timestamp of the record: answeredAt. A later record with the same answerId replaces the answer; a deletion with that id takes it back. */
export interface Survey {
  /** Identity of the answer, unique over all surveys: survey, a colon, the person's response, a colon, the question. */
  readonly answerId: string
  /** The survey. */
  readonly surveyId: string
  /** The question within the survey. */
  readonly questionId: string
  /** The question as it was put. */
  readonly question: string
  /** single: one choice; multiple: none or several; scale: a number; open: a text. */
  readonly kind: QuestionKind
  /** What was chosen: one for single and scale, none or several for multiple, none for open. In CSV separated by |. */
  readonly choices: readonly string[]
  /** The answer in the person's own words, to an open question. */
  readonly text: string | null
  /** Where it was asked: panel, website, counter ... */
  readonly source: string
  /** Keyed hash of the person; never a name. */
  readonly author: string
  /** When it was answered. */
  readonly answeredAt: number
  /** When this version was written, for a change. */
  readonly editedAt: number | null
  /** ISO 639-1 code of the text if the source says it. */
  readonly language: string | null
  /** Ubigeo (INEI) of the person. */
  readonly region: string | null
  /** How many people of the population this one stands for, above 0; null counts as 1. */
  readonly weight: number | null
  /** True when it was made up, or its time was moved, for a demonstration. */
  readonly simulated: boolean
}

export type QuestionKind = 'single' | 'multiple' | 'scale' | 'open'
