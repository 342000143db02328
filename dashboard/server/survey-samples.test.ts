import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import { type Serving, startServing } from '../../tests/support/serving.js'
import type { QuestionFigures, SurveyFigures, SurveySummary } from './surveys.js'

const start = Date.UTC(2025, 2, 1)
const second = 1_000

/** One answer each of `many` people to a question of a survey of its own. */
const asked = (
  surveyId: string,
  many: number,
  of: (person: number) => Partial<SurveyAnswer>,
): readonly SurveyAnswer[] =>
  Array.from({ length: many }, (_, person) => ({
    ...{ answerId: `${surveyId}:${person}`, revision: 1, sign: 1, surveyId, questionId: 'q', question: '¿Qué tal?' },
    ...{ kind: 'scale', choices: [], score: null, text: null, source: 'panel', author: `p${person}` },
    ...{ answeredAt: start + person, language: null, region: null, weight: 1, terms: [], sentiment: null },
    ...{ confidence: null, sure: null, model: null, simulated: false, aspects: [], ...of(person) },
  }))
const scored = (score: number) => ({ score, choices: [String(score)] })
const said = (sentiment: SurveyAnswer['sentiment'], weight: number) =>
  ({ kind: 'open', text: 'Rico', sentiment, weight }) as const

const answers = [
  ...asked('two', 2, () => scored(5)),
  ...asked('three', 3, (person) => scored(person + 3)),
  ...asked('heavy', 120, (person) => ({ ...scored(1 + (person % 5)), weight: person === 0 ? 1_000 : 1 })),
  ...asked('light', 30, (person) => ({ ...scored(1 + (person % 5)), weight: 0.1 })),
  ...asked('ten', 10, () => said('positive', 0.1)),
  ...asked('nine', 10, (person) => said(person === 0 ? null : 'positive', 10)),
  ...asked('slider', 101, scored),
  ...asked('free', 1_003, (person) => ({ kind: 'multiple', choices: [`c${person}`] })),
  ...Array.from({ length: 205 }, (_, at) =>
    asked(`later-${at}`, 1, () => ({ ...scored(1), answeredAt: start + (at + 10) * second })),
  ).flat(),
]

let serving: Serving
beforeAll(async () => {
  serving = await startServing([], start + 1_000 * second)
  await serving.store.write({ table: 'survey_answers', rows: answers.map(surveyAnswerRow), token: 'answers' })
})
afterAll(() => serving.close())
const question = async (surveyId: string): Promise<QuestionFigures | undefined> => {
  const answer = await fetch(`${serving.url}/api/v1/surveys/${surveyId}`)
  expect([surveyId, answer.status]).toEqual([surveyId, 200])
  return ((await answer.json()) as SurveyFigures).answers[0]
}

describe('what a sample of a survey is worth', () => {
  it('is told of each survey, however many were answered after it', async () => {
    const listed = (await (await fetch(`${serving.url}/api/v1/surveys`)).json()) as {
      readonly surveys: readonly SurveySummary[]
    }
    expect(listed.surveys.length).toBe(200)
    expect(listed.surveys.map(({ surveyId }) => surveyId)).not.toContain('two')
    expect(await question('two')).toMatchObject({ sample: 2, mean: 5 })
  })

  it('is no certainty where two say the same, and wide where three differ', async () => {
    expect(await question('two')).toMatchObject({ few: true, mean: 5, meanInterval: null })
    // R: t.test(3:5) gives 1.516 to 6.484
    expect((await question('three'))?.meanInterval).toEqual({
      ...{ low: expect.closeTo(1.516, 3), high: expect.closeTo(6.484, 3) },
    })
  })

  it('is few where one answer outweighs the others, and not where all weigh the same', async () => {
    const heavy = await question('heavy')
    expect([heavy?.sample, heavy?.few, heavy?.meanInterval]).toEqual([120, true, null])
    expect(heavy?.effectiveSample).toBeLessThan(2)
    expect(await question('light')).toMatchObject({ sample: 30, effectiveSample: 30, few: false })
  })

  it('has a balance from ten answers with a sentiment on, whatever they weigh', async () => {
    const ten = await question('ten')
    expect(ten).toMatchObject({ effectiveSample: 10, balance: 1 })
    expect(ten?.balanceInterval?.low).toBeLessThan(0.7)
    expect(await question('nine')).toMatchObject({ sample: 10, balance: null, balanceInterval: null })
  })

  it('shows every number of a slider, and counts the choices that are left out', async () => {
    const slider = await question('slider')
    expect(slider?.parts.map(({ name }) => name)).toEqual(Array.from({ length: 101 }, (_, at) => String(at)))
    expect(slider?.partsLeftOut).toBe(0)
    const free = await question('free')
    expect([free?.parts.length, free?.partsLeftOut]).toEqual([1_000, 3])
  })
})
