import type { EmergingTerm } from '../../schemas/emerging-term.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { emergingTermRow, shiftRow, surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { aShift } from './records.js'

const hour = 3_600_000

/** What stands in the tables beside mentions: a shift that is pushed, emerging terms, and a survey of forty people. */
export async function writeBoardTables(store: AnalyticsStore, now: number): Promise<void> {
  const shift = aShift({
    ...{ shiftId: 'a', term: 'juane', start: now - hour, end: now, openedAt: now - 2 * hour, state: 'opened' },
    ...{ topAuthorShare: 0.3, pushed: 0.8, effect: 3, causes: ['source:twitter', 'region:15'] },
  })
  await store.write({ table: 'shifts', rows: [shiftRow(shift)], token: 'shifts' })
  const emerging = (term: string, fields: Partial<EmergingTerm>): EmergingTerm => ({
    ...{ term, kind: 'word', form: term, spellings: [term], window: 'hour', start: now - 2 * hour, end: now - hour },
    ...{ isFinal: true, revision: 1, posts: 12, reposts: 2, examined: 12, independent: 9, authors: 10 },
    ...{
      topAuthorsShare: 0.25,
      pushed: 0.25,
      expected: 0.2,
      deviation: 6,
      verdict: 'new',
      evidence: ['x:3'],
      ...fields,
    },
  })
  const terms = [
    emerging('quelonazo', { spellings: ['quelonazo', 'quelonazos'] }),
    emerging('compren zutanez', { kind: 'bigram', verdict: 'pushed', independent: 1, pushed: 0.9 }),
  ]
  await store.write({ table: 'emerging_terms', rows: terms.map(emergingTermRow), token: 'emerging' })
  const answers = Array.from({ length: 40 }, (_, index) => answersOf(index, now - index * hour)).flat()
  await store.write({ table: 'survey_answers', rows: answers.map(surveyAnswerRow), token: 'answers' })
}

function answersOf(person: number, answeredAt: number): readonly SurveyAnswer[] {
  const answer = (questionId: string, fields: Partial<SurveyAnswer>): SurveyAnswer => ({
    ...{
      answerId: `s1:${person}:${questionId}`,
      revision: 1,
      sign: 1,
      surveyId: 's1',
      questionId,
      question: questionId,
    },
    ...{ kind: 'single', choices: [], score: null, text: null, source: 'panel', author: `p${person}`, answeredAt },
    ...{ language: null, region: null, weight: 1, terms: [], sentiment: null, confidence: null, sure: null },
    ...{ model: null, simulated: false, aspects: [], ...fields },
  })
  return [
    answer('¿Qué pidió?', { choices: [person % 4 === 0 ? 'causa' : 'ceviche'] }),
    answer('¿Qué le pareció?', {
      ...{ kind: 'open', text: '<b>Rico</b>', sentiment: person % 2 === 0 ? 'positive' : 'negative', sure: true },
      ...{ confidence: 0.75, model: 'test@1', terms: [{ term: 'ceviche', kind: 'dish' }] },
      aspects: [{ aspect: 'food', label: person % 4 === 0 ? 'negative' : 'positive', confidence: 0.5 }],
    }),
  ]
}
