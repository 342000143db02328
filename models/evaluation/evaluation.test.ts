import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AspectSentiment, SentimentLabel, SentimentModel } from '../../streams/engine/ports/batch.js'
import { projectPath } from '../../streams/project.js'
import { type LocalSentimentModel, openSentimentModel } from '../sentiment-model.js'
import { aspectScore, languageScore } from './evaluation.js'
import { calibrationTable, scoreTable } from './tables.js'
import { questions, reviews as readReviews, tweets } from './texts.js'

const cardOf = (name: string): string => readFileSync(projectPath(`models/${name}/README.md`), 'utf8')

const numbersOf = (line: string): readonly number[] =>
  [...line.matchAll(/\d+(\.\d+)?/g)].map(([number]) => Number(number))

/** Lines of a table that begin alike in the card: every number may differ by `points`, as kernels of CPUs round differently. */
function expectInCard(card: string, table: string, points: number): void {
  for (const line of table.split('\n').slice(2)) {
    const columns = line.split('|').length
    const first = line.split('|')[1] ?? ''
    const inCard = card.split('\n').find((own) => own.startsWith(`|${first}|`) && own.split('|').length === columns)
    const [mine, theirs] = [numbersOf(line), numbersOf(inCard ?? '')]
    expect({ line, numbers: theirs.length }).toEqual({ line, numbers: mine.length })
    for (const [at, number] of mine.entries())
      expect({ line, inCard, near: Math.abs(number - (theirs[at] ?? Number.NaN)) <= points }).toEqual({
        line,
        inCard,
        near: true,
      })
  }
}

describe.each([
  ['sentiment-es-en-pt', [['es', tweets]]],
  [
    'aspects-es-en-pt',
    [
      ['es', questions],
      ['en', questions],
    ],
  ],
] as const)('the card of %s', (name, sets) => {
  let model: LocalSentimentModel
  beforeAll(async () => {
    model = await openSentimentModel({ dir: projectPath(`models/${name}`), workers: 1, cache: 0, provider: 'cpu' })
  })
  afterAll(() => model.close())

  it.each(sets)(
    'tells the scores, the calibration and the agreement with fp32 that the shipped files give in %s',
    async (language, read) => {
      const score = await languageScore(model, await read(language))
      const scores = new Map([[language, score]])
      expectInCard(cardOf(name), scoreTable(scores), 1)
      expectInCard(cardOf(name), calibrationTable(scores), 2)
      expect(score.sameAsFp32).toBeGreaterThanOrEqual(0.98)
    },
    120_000,
  )
})

describe('the score of aspects', () => {
  const reviews = [
    {
      text: 'a',
      aspects: [
        { category: 'food', polarity: 'positive' },
        { category: 'staff', polarity: 'negative' },
      ],
    },
    { text: 'b', aspects: [{ category: 'miscellaneous', polarity: 'neutral' }] },
  ] as const
  const said = (aspect: string, label: SentimentLabel): AspectSentiment => ({ aspect, label, confidence: 0.9 })
  const answers: Readonly<Record<string, readonly AspectSentiment[]>> = {
    a: [said('food', 'positive'), said('service', 'positive')],
    b: [said('food', 'neutral')],
  }
  const scores = { label: 'neutral', confidence: 0.4, scores: [0.3, 0.4, 0.3], sure: false, model: 'm@1' } as const
  const model: SentimentModel = {
    name: 'm@1',
    call: async (texts) => texts.map((text) => ({ kind: 'ok', value: { ...scores, aspects: answers[text] ?? [] } })),
  }

  it('counts mentions by the names that the model shows, and those of the wrong polarity as missed and as wrong', async () => {
    const shown = new Map([
      ['food', 'food'],
      ['service', 'service'],
      ['staff', 'service'],
    ])
    const { texts, mentions, withPolarity, polarity } = await aspectScore(model, reviews, shown)
    expect({ texts, mentions, withPolarity, polarity }).toEqual({
      texts: 2,
      mentions: 4 / 5,
      withPolarity: 2 / 5,
      polarity: 1 / 2,
    })
  })

  it('reads sentences with their aspects in Spanish and English', async () => {
    expect((await readReviews('es')).filter(({ aspects }) => aspects.length > 0)).toHaveLength(83)
    expect((await readReviews('en')).length).toBe(400)
    expect((await readReviews('opposed')).every(({ aspects }) => aspects.length > 0)).toBe(true)
  })
})
