import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { drop, forward } from '../../streams/engine/outcome.js'
import type { Processor } from '../../streams/engine/processor.js'
import type { Timestamp } from '../../streams/engine/time.js'
import type { AnswerDraft } from './answer.js'

/** An answer as it was given out; what was kept before there were aspects has none. */
type StoredAnswer = Omit<SurveyAnswer, 'aspects'> & Partial<Pick<SurveyAnswer, 'aspects'>>

/** What is known of an answer: as it was given out, and when that version was written; or that it was taken back. */
export type AnswerState =
  | { readonly kind: 'stands'; readonly answer: StoredAnswer; readonly editedAt: Timestamp | null }
  | { readonly kind: 'deleted' }

/**
 * Makes the stream of changes: a new answer is added; the same again is a duplicate; a later version takes back exactly
 * what stood and adds itself; a deletion takes back what stood, and whatever comes of the answer after it is dropped.
 */
export const answers: Processor<AnswerState, AnswerDraft, SurveyAnswer> = {
  name: 'answers',
  onRecord: (state, record) => {
    const { value } = record
    const changed = (answer: StoredAnswer) =>
      forward({ ...record, value: { ...answer, aspects: answer.aspects ?? [] }, timestamp: answer.answeredAt })
    if (value.kind === 'deleted') {
      if (state?.kind === 'deleted') return [state, [drop('duplicate')]]
      const gone = { kind: 'deleted' } as const
      return [gone, [state === undefined ? drop('no-match') : changed({ ...state.answer, sign: -1 })]]
    }
    const { answer, editedAt } = value
    if (state === undefined) return [{ kind: 'stands', answer, editedAt }, [changed(answer)]]
    if (state.kind === 'deleted') return [state, [drop('deleted')]]
    // a version that says nothing of a change is the first one, sent again: it does not undo the change
    if (state.editedAt !== null && (editedAt === null || editedAt < state.editedAt)) return [state, [drop('unchanged')]]
    if (saysTheSame(state.answer, answer))
      return [{ ...state, editedAt: editedAt ?? state.editedAt }, [drop('duplicate')]]
    const { revision, answeredAt } = state.answer
    const next: SurveyAnswer = { ...answer, revision: revision + 1, answeredAt }
    return [{ kind: 'stands', answer: next, editedAt }, [changed({ ...state.answer, sign: -1 }), changed(next)]]
  },
}

const told = [
  'surveyId',
  'questionId',
  'question',
  'kind',
  'text',
  'source',
  'author',
  'region',
  'weight',
  'simulated',
] as const

const saysTheSame = (one: StoredAnswer, other: SurveyAnswer): boolean =>
  told.every((name) => one[name] === other[name]) &&
  one.choices.length === other.choices.length &&
  one.choices.every((choice, index) => choice === other.choices[index])
