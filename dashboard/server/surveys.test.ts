import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { studentT, wilson } from '../../schemas/interval.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import { surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { SurveyFigures, SurveySummary } from './surveys.js'

const start = Date.UTC(2025, 2, 1)
const hour = 3_600_000

const anAnswer = (fields: Partial<SurveyAnswer>): SurveyAnswer => ({
  ...{
    answerId: 'x',
    revision: 1,
    sign: 1,
    surveyId: 's1',
    questionId: 'q1',
    question: '¿Qué pidió?',
    kind: 'multiple',
  },
  ...{
    choices: [],
    score: null,
    text: null,
    source: 'panel',
    author: 'p',
    answeredAt: start,
    language: null,
    region: null,
  },
  ...{
    weight: 1,
    terms: [],
    sentiment: null,
    confidence: null,
    sure: null,
    model: null,
    simulated: false,
    aspects: [],
  },
  ...fields,
})
const drawn = fc.record({
  picked: fc.subarray(['ceviche', 'causa', 'juane']),
  score: fc.integer({ min: 1, max: 5 }),
  weight: fc.constantFrom(0.5, 1, 2.25),
  mood: fc.constantFrom('negative', 'neutral', 'positive'),
  named: fc.boolean(),
  blames: fc.constantFrom(null, 'negative', 'negative', 'positive' as const),
  gone: fc.integer({ min: 0, max: 7 }),
})
const people = fc.sample(drawn, { numRuns: 60, seed: 9 })
const answers = people.flatMap(({ picked, score, weight, mood, named, blames, gone }, index) => {
  const common = { author: `p${index}`, answeredAt: start + index * hour, weight }
  const given = [
    anAnswer({ ...common, answerId: `${index}:q1`, choices: picked }),
    anAnswer({ ...common, answerId: `${index}:q2`, questionId: 'q2', kind: 'scale', score, choices: [String(score)] }),
    anAnswer({
      ...{ ...common, answerId: `${index}:q3`, questionId: 'q3', kind: 'open', text: 'Rico', sentiment: mood },
      terms: named ? [{ term: 'ceviche', kind: 'dish' }] : [],
      aspects: [
        ...(blames === null ? [] : [{ aspect: 'service', label: blames, confidence: 0.5 }]),
        ...(index === 1 ? [{ aspect: 'menu', label: 'neutral', confidence: 0.5 } as const] : []),
      ],
    }),
  ]
  return gone === 0 ? [...given, ...given.map((one) => ({ ...one, sign: -1 }))] : given
})
const standing = people.filter(({ gone }) => gone > 0)
const posts = Array.from({ length: 40 }, (_, index) =>
  scoredMention(index % 4 === 0 ? 'negative' : 'neutral', {
    ...{ postId: `p${index}`, createdAt: start + 10 * hour + index, kind: index % 5 === 0 ? 'review' : 'post' },
    terms: index % 2 === 0 ? [{ term: 'ceviche', kind: 'dish' }] : [],
    aspects:
      index % 2 === 0 ? [{ aspect: 'service', label: index % 8 === 0 ? 'negative' : 'positive', confidence: 0.5 }] : [],
  }),
)

let serving: Serving
let survey: SurveyFigures
beforeAll(async () => {
  serving = await startServing(posts, start + 80 * hour)
  await serving.store.write({ table: 'survey_answers', rows: answers.map(surveyAnswerRow), token: 'answers' })
  survey = (await (await fetch(`${serving.url}/api/v1/surveys/s1`)).json()) as SurveyFigures
})
afterAll(() => serving.close())

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
const weights = standing.map(({ weight }) => weight)
const effective = sum(weights) ** 2 / sum(weights.map((weight) => weight ** 2))

describe('a survey', () => {
  it('is listed with the people who answered it', async () => {
    const answer = await fetch(`${serving.url}/api/v1/surveys`)
    const { surveys } = (await answer.json()) as { surveys: readonly SurveySummary[] }
    expect(surveys).toEqual([expect.objectContaining({ surveyId: 's1', questions: 3, people: standing.length })])
    expect((await fetch(`${serving.url}/api/v1/surveys/none`)).status).toBe(404)
  })

  it('gives each choice its weighted share with sample size and margin of error', () => {
    const [question] = survey.answers
    expect(question).toMatchObject({ questionId: 'q1', sample: standing.length, few: standing.length < 30 })
    expect(question?.effectiveSample).toBeCloseTo(effective, 9)
    for (const { name, count, share, interval, marginOfError } of question?.parts ?? []) {
      const chosen = standing.filter(({ picked }) => picked.includes(name))
      expect([name, count]).toEqual([name, chosen.length])
      const plain = sum(chosen.map(({ weight }) => weight)) / sum(weights)
      expect(share).toBeCloseTo(plain, 12)
      const { low, high } = wilson(plain * effective, effective)
      expect([interval?.low, interval?.high]).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)])
      expect(marginOfError).toBeCloseTo((high - low) / 2, 9)
    }
    expect(question?.parts.length).toBe(3)
  })

  it('gives a scale its mean and the interval of it', () => {
    const question = survey.answers[1]
    expect(question?.parts.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5'])
    const mean = sum(standing.map(({ score, weight }) => score * weight)) / sum(weights)
    expect(question?.mean).toBeCloseTo(mean, 12)
    const variance = sum(standing.map(({ score, weight }) => weight * (score - mean) ** 2)) / sum(weights)
    const margin = studentT(Math.floor(effective - 1)) * Math.sqrt((variance * effective) / (effective - 1) / effective)
    expect(question?.meanInterval?.high).toBeCloseTo(mean + margin, 9)
  })

  it('sets what people say in their words beside posts and reviews of the same time', () => {
    const question = survey.answers[2]
    const mood = { negative: -1, neutral: 0, positive: 1 }
    const balance =
      sum(standing.map(({ mood: label, weight }) => mood[label as keyof typeof mood] * weight)) / sum(weights)
    expect(question?.balance).toBeCloseTo(balance, 12)
    expect(survey.voices.map(({ voice, sample }) => [voice, sample])).toEqual([
      ['survey', standing.length],
      ['post', 32],
      ['review', 8],
    ])
    const named = standing.filter(({ named: says }) => says).length
    expect(survey.terms).toEqual([
      expect.objectContaining({
        term: 'ceviche',
        survey: expect.objectContaining({ count: named, share: named / standing.length }),
        post: expect.objectContaining({
          count: posts.filter(({ kind, terms }) => kind === 'post' && terms.length > 0).length,
        }),
        review: expect.objectContaining({ count: 4 }),
      }),
    ])
  })

  it('sets what they say of each aspect beside posts and reviews, with its sample, and no balance of too few', () => {
    const balanceOf = (labels: readonly (string | undefined)[]) =>
      sum(labels.map((label) => (label === 'positive' ? 1 : label === 'negative' ? -1 : 0))) / labels.length
    const asked = standing.flatMap(({ blames }) => blames ?? [])
    const written = (wanted: string) =>
      posts.flatMap(({ kind, aspects }) => (kind === wanted ? aspects.map(({ label }) => label) : []))
    expect(survey.aspects).toEqual([
      {
        aspect: 'service',
        survey: expect.objectContaining({ count: asked.length, share: asked.length / standing.length }),
        post: expect.objectContaining({ count: 16, share: 16 / 32, balance: balanceOf(written('post')) }),
        review: expect.objectContaining({ count: 4, share: 4 / 8, balance: null, balanceInterval: null }),
      },
      {
        aspect: 'menu',
        survey: expect.objectContaining({ count: 1, balance: null }),
        post: expect.objectContaining({ count: 0, share: 0, balance: null }),
        review: expect.objectContaining({ count: 0 }),
      },
    ])
    const [service] = survey.aspects
    expect(service?.survey.balance).toBeCloseTo(balanceOf(asked), 12)
    expect(service?.survey.balanceInterval?.low).toBeLessThan(balanceOf(asked))
  })
})
