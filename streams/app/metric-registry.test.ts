import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SurveyFigures } from '../../dashboard/server/surveys.js'
import { engagementMetric } from '../../processors/engagement/engagement-metric.js'
import { addedFigures, noSums } from '../../processors/engagement/engagement-sums.js'
import type { EngagementMetric } from '../../schemas/engagement-metric.js'
import { wilson } from '../../schemas/interval.js'
import { type EngagementMeasure, engagementDefinitions } from '../../schemas/metrics/engagement.js'
import { surveyFormulas } from '../../schemas/metrics/surveys.js'
import { type Counts, metrics } from '../../schemas/metrics.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { engagementMetricRow } from '../../sinks/clickhouse/engagement-rows.js'
import { surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { startServer } from '../../tests/support/serving.js'

const start = Date.UTC(2024, 2, 1)
const hour = 3_600_000
const seed = 11
const figure = fc.option(fc.integer({ min: -5, max: 40 }), { nil: null })
const measures: readonly EngagementMeasure[] = [
  ...(['interactions', 'interactionsOpened', 'views', 'reach', 'viewedInteractions', 'viewedViews'] as const),
  ...(['reachedInteractions', 'reachedReach', 'followedInteractions', 'followers'] as const),
  ...(['timedInteractions', 'observedMillis', 'corrections'] as const),
]

/** Results of one hour, as the processor makes them of sums: with and without each figure, losses and zeros among them. */
const results = fc
  .sample(fc.array(figure, { minLength: 17, maxLength: 17 }), { numRuns: 120, seed })
  .map((given, index): EngagementMetric => {
    const sums = noSums()
    for (const [at] of addedFigures.entries()) {
      sums.told[at] = given[at] === null ? 0 : 1
      sums.sums[at] = given[at] ?? 0
    }
    sums.observations = 1
    sums.corrections = Math.abs(given[11] ?? 0)
    sums.followedInteractions = given[12] ?? 0
    sums.posts.set('p', [1, 1, 1, Math.abs(given[13] ?? 0), given[13] === null ? 0 : 1])
    sums.timed = given[14] === null ? 0 : 1
    sums.timedInteractions = given[14] ?? 0
    sums.observedMillis = Math.abs(given[15] ?? 0) * 60_000
    const key = `t${index}\u001fdish\u001f*\u001f*`
    return engagementMetric.result(sums, { key, window: { start, end: start + hour }, isFinal: true, revision: 1 })
  })

/** Sums over rows, by plain code: null where no row has a figure. */
const summed = (rows: readonly EngagementMetric[]) =>
  Object.fromEntries(
    measures.map((name) => {
      const told = rows.flatMap((row) => row[name] ?? [])
      return [name, told.length === 0 ? null : told.reduce((sum, each) => sum + each, 0)]
    }),
  ) as Record<EngagementMeasure, number | null>

const counts = fc.record({
  mentions: fc.nat(30),
  reposts: fc.nat(9),
  negative: fc.nat(9),
  neutral: fc.nat(9),
  positive: fc.nat(9),
  unsure: fc.nat(9),
})
const cells: readonly Counts[] = [
  ...fc.sample(counts, { numRuns: 60, seed }),
  { mentions: 4, reposts: 1, negative: 0, neutral: 0, positive: 0, unsure: 0 },
]

const weights = fc.constantFrom(0.1, 0.5, 1, 2.25)
/** Answers to scales: one question of equal weights, which sums of fractions fall short of, others of any. */
const scales = fc
  .sample(fc.array(fc.tuple(weights, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 40 }), {
    ...{ numRuns: 30, seed },
  })
  .map((answers, at) => answers.map(([weight, score]) => [at % 3 === 0 ? 0.1 : weight, score] as const))
const answerRows = scales.flatMap((answers, question) =>
  answers.map(([weight, score], at) =>
    surveyAnswerRow({
      ...{ answerId: `${question}:${at}`, revision: 1, sign: 1, surveyId: 's1', questionId: `q${question}` },
      ...{ question: '¿Cuánto?', kind: 'scale', choices: [String(score)], score, text: null, source: 'panel' },
      ...{ author: `p${at}`, answeredAt: start, language: null, region: null, weight, terms: [], aspects: [] },
      ...{ sentiment: null, confidence: null, sure: null, model: null, simulated: false },
    }),
  ),
)

describe('each metric', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    await store.migrate()
    await store.write({ table: 'engagement_metrics', rows: results.map(engagementMetricRow), token: 'engagement' })
    const rows = cells.map((cell, index) => ({
      ...{ term: `t${index}`, kind: 'dish', region: '*', window: 'hour', start, end: start + hour, isFinal: true },
      ...{ revision: 1, authors: 1, ...cell },
    }))
    await store.write({ table: 'trends', rows, token: 'trends' })
    await store.write({ table: 'survey_answers', rows: answerRows, token: 'answers' })
  })
  afterAll(async () => {
    await store.close()
    scratch.remove()
  })

  it('of engagement is the same number in SQL over the table, of sums, and in the results of the stream', async () => {
    for (const { name, overEngagement, of } of Object.values(engagementDefinitions)) {
      const rows = await store.query<{ term: string; value: number | null }>(
        `SELECT term, ${overEngagement} AS value FROM engagement_final GROUP BY term`,
      )
      const found = new Map(rows.map(({ term, value }) => [term, value]))
      for (const result of results) expect([name, found.get(result.term)]).toEqual([name, of(result)])
      const [all] = await store.query<{ value: number | null }>(
        `SELECT ${overEngagement} AS value FROM engagement_final`,
      )
      expect([name, all?.value]).toEqual([name, of(summed(results))])
    }
    for (const result of results) {
      for (const name of ['engagementRateByViews', 'engagementRateByReach', 'engagementRateByFollowers'] as const)
        expect([name, result[name]]).toEqual([name, engagementDefinitions[name].of(result)])
      expect(result.velocity).toBe(engagementDefinitions.velocity.of(result))
    }
  })

  it('of engagement is met with a value and without one', () => {
    for (const { name, nullWhen, of } of Object.values(engagementDefinitions)) {
      const values = results.map((result) => of(result))
      expect([name, values.some((value) => value !== null)]).toEqual([name, true])
      expect([name, values.some((value) => value === null)]).toEqual([name, nullWhen !== null])
    }
  })

  it('of mentions is the same number in SQL over windows and of counts', async () => {
    for (const { name, overTrends, of } of Object.values(metrics)) {
      if (overTrends === null || of === null) continue
      const rows = await store.query<{ term: string; value: number | null }>(
        `SELECT t.term AS term, ${overTrends} AS value FROM trends AS t GROUP BY t.term`,
      )
      const found = new Map(rows.map(({ term, value }) => [term, value]))
      for (const [index, cell] of cells.entries()) expect([name, found.get(`t${index}`)]).toEqual([name, of(cell)])
    }
  })

  it('of surveys is the same number in SQL over answers, of sums, and in the HTTP API', async () => {
    const serving = await startServer(store, start + 2 * hour)
    try {
      const answer = await fetch(`${serving.url}/api/v1/surveys/s1`)
      const { answers }: SurveyFigures = JSON.parse(await answer.text())
      const told = { sample: 'sample', effectiveSample: 'effectiveSample', answerMean: 'mean' } as const
      for (const [name, field] of Object.entries(told) as [keyof typeof told, (typeof told)[keyof typeof told]][]) {
        const { overAnswers, of } = surveyFormulas[name]
        const rows = await store.query<{ questionId: string; value: number | null }>(
          `SELECT questionId, ${overAnswers ?? 'NULL'} AS value FROM current_survey_answers GROUP BY questionId`,
        )
        const found = new Map(rows.map(({ questionId, value }) => [questionId, value]))
        for (const [question, given] of scales.entries()) {
          const sum = (of: (weight: number, score: number) => number) =>
            given.reduce((all, [weight, score]) => all + of(weight, score), 0)
          const value = of({
            ...{ answers: given.length, weights: sum((weight) => weight), partWeights: null, low: null, high: null },
            squaredWeights: sum((weight) => weight * weight),
            weightedScores: sum((weight, score) => weight * score),
          })
          const shown = answers.find(({ questionId }) => questionId === `q${question}`)?.[field]
          expect([name, found.get(`q${question}`)]).toEqual([name, expect.closeTo(value ?? Number.NaN, 9)])
          expect([name, shown]).toEqual([name, expect.closeTo(value ?? Number.NaN, 9)])
          if (name === 'effectiveSample' && question % 3 === 0)
            expect([question, shown]).toEqual([question, given.length])
        }
      }
      for (const { parts, sample, effectiveSample } of answers) {
        expect(parts.reduce((all, { count }) => all + count, 0)).toBe(sample)
        for (const { share, interval, marginOfError } of parts) {
          const [low, high] = [interval?.low ?? Number.NaN, interval?.high ?? Number.NaN]
          expect(marginOfError).toBeCloseTo((high - low) / 2, 12)
          const { low: from, high: to } = wilson((share ?? 0) * effectiveSample, effectiveSample)
          expect([low, high]).toEqual([expect.closeTo(from, 9), expect.closeTo(to, 9)])
        }
      }
    } finally {
      await serving.close()
    }
  })

  it('of engagement is the same number in the HTTP API', async () => {
    const serving = await startServer(store, start + 2 * hour)
    try {
      for (const result of results.slice(0, 20)) {
        const query = `from=${start}&until=${start + 13 * hour}&term=${result.term}&kind=dish`
        const answer = await fetch(`${serving.url}/api/v1/engagement?${query}`)
        const { points }: { points: readonly Record<string, unknown>[] } = JSON.parse(await answer.text())
        expect(points).toHaveLength(1)
        for (const { name, of } of Object.values(engagementDefinitions))
          expect([name, points[0]?.[name]]).toEqual([name, of(result)])
      }
    } finally {
      await serving.close()
    }
  })
})
