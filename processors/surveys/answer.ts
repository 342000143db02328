import type { Deletion } from '../../schemas/deletion.js'
import type { Survey } from '../../schemas/survey.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { wrongInAnswer } from '../../schemas/survey-rules.js'
import { deletions } from '../../schemas/topics.js'
import { deadLetter, drop, forward, type Outcome } from '../../streams/engine/outcome.js'
import type { Sentiment } from '../../streams/engine/ports/batch.js'
import type { StreamRecord } from '../../streams/engine/record.js'
import type { Timestamp } from '../../streams/engine/time.js'
import type { BatchStep, Decoder } from '../../streams/engine/topology.js'
import type { TextAnalysis } from '../text-analysis.js'

/** What a record of surveys or deletions means for answers, before it meets what was there. */
export type AnswerDraft =
  | { readonly kind: 'given'; readonly answer: SurveyAnswer; readonly editedAt: Timestamp | null }
  | { readonly kind: 'deleted' }

/**
 * Reads answers and deletions: an answer in words gets the terms and language of its text.
 * @param analyse reads a text; the same text always gives the same
 */
export function answerDecoder(analyse: (text: string) => TextAnalysis): Decoder<AnswerDraft> {
  return {
    name: 'answer',
    decode: (value, record) => {
      if (value === null) return drop('null-value')
      const id = record.origin.topic === deletions.name ? (value as Deletion).id : (value as Survey).answerId
      if (record.key !== id) {
        return deadLetter(
          'invalid',
          `the key of the record is ${JSON.stringify(record.key)}, expected the id ${JSON.stringify(id)}`,
        )
      }
      if (record.origin.topic === deletions.name) return forward({ ...record, value: { kind: 'deleted' } })
      return given(value as Survey, record, analyse)
    },
  }
}

function given(
  survey: Survey,
  record: StreamRecord<unknown>,
  analyse: (text: string) => TextAnalysis,
): Outcome<AnswerDraft> {
  const { answeredAt, editedAt, kind, choices, weight } = survey
  const wrong = wrongInAnswer(survey)
  if (wrong !== null) return deadLetter('invalid', wrong)
  if (answeredAt < 0 || answeredAt > record.timestamp) {
    return deadLetter(
      'invalid',
      `answeredAt is ${answeredAt}, expected 0 to the timestamp of the record, ${record.timestamp}: nothing is told before it is answered`,
    )
  }
  const text = kind === 'open' ? survey.text : null
  const read = text === null ? null : analyse(text)
  const answer: SurveyAnswer = {
    ...{ answerId: survey.answerId, revision: 1, sign: 1, surveyId: survey.surveyId, questionId: survey.questionId },
    ...{ question: survey.question, kind, choices: kind === 'open' ? [] : [...new Set(choices)], text, answeredAt },
    score: kind === 'scale' ? Number(choices[0]) : null,
    ...{ source: survey.source, author: survey.author, weight: weight ?? 1, simulated: survey.simulated },
    language: survey.language ?? read?.language ?? null,
    region: survey.region?.slice(0, 2) ?? null,
    terms: read?.terms ?? [],
    ...{ sentiment: null, confidence: null, sure: null, model: null, aspects: [] },
  }
  return forward({ ...record, value: { kind: 'given', answer, editedAt }, timestamp: answeredAt })
}

/** Asks the model about every answer in words: what it says as a whole, and of each aspect. */
export const answerSentiment: BatchStep<AnswerDraft, string, Sentiment, AnswerDraft> = {
  name: 'sentiment',
  service: 'sentiment',
  item: (draft) => (draft.kind === 'given' ? draft.answer.text : null),
  merge: (draft, result) => {
    if (draft.kind !== 'given' || result?.kind !== 'ok') return draft
    const { label, confidence, sure, model, aspects = [] } = result.value
    return { ...draft, answer: { ...draft.answer, sentiment: label, confidence, sure, model, aspects } }
  },
}
