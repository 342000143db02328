import { describe, expect, it } from '@jest/globals'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { deletions } from '../../schemas/topics.js'
import { aRecord } from '../../tests/support/stream-record.js'
import { answers } from './answers.js'

describe('an answer that was kept before there were aspects', () => {
  it('is taken back with none, as it was given out', () => {
    const kept: Omit<SurveyAnswer, 'aspects'> = {
      ...{ answerId: 'a', revision: 1, sign: 1, surveyId: 's', questionId: 'q', question: '¿Qué tal?', kind: 'open' },
      ...{ choices: [], score: null, text: 'Rico', source: 'panel', author: 'p', answeredAt: 100, language: 'es' },
      ...{ region: null, weight: 1, terms: [], sentiment: 'positive', confidence: 0.5, sure: true, model: 'm@1' },
      simulated: false,
    }
    const gone = aRecord(deletions, { kind: 'deleted' } as const, { key: 'a', timestamp: 200 })
    const [, outcomes] = answers.onRecord({ kind: 'stands', answer: kept, editedAt: null }, gone)
    expect(outcomes).toEqual([
      expect.objectContaining({
        kind: 'forward',
        record: expect.objectContaining({ value: { ...kept, sign: -1, aspects: [] } }),
      }),
    ])
  })
})
