import { describe, expect, it } from '@jest/globals'
import type { Sentiment } from '../streams/engine/ports/batch.js'
import { withAspects } from './aspects-by-passage.js'
import type { SentimentResult } from './loaded-model.js'
import type { LocalSentimentModel } from './sentiment-model.js'

const score = (text: string, more: Partial<Sentiment> = {}): SentimentResult =>
  text.includes('poison')
    ? { kind: 'failed', reason: 'poison' }
    : {
        kind: 'ok',
        value: {
          label: text.includes('good') ? 'positive' : 'negative',
          ...{ confidence: text.length / 100, scores: [0, 0, 1], sure: true, model: 'm@1', ...more },
        },
      }

function model(more: Partial<Sentiment> = {}) {
  const asked: string[][] = []
  const of: LocalSentimentModel = {
    name: 'm@1',
    languages: null,
    call: async (items) => {
      asked.push([...items])
      return items.map((item) => score(item, more))
    },
    status: () => {
      throw new Error('not asked for')
    },
    reload: async () => undefined,
    close: async () => undefined,
  }
  return { of, asked }
}

/** Words before a colon name the aspect of what is behind it; a text without any speaks of food alone. */
const passagesOf = (text: string) =>
  text.includes(':')
    ? text.split('; ').map((part) => ({ aspect: part.split(':')[0] ?? '', passage: part }))
    : [{ aspect: 'food', passage: null }]

const aspectsOf = (result: SentimentResult | undefined) =>
  result?.kind === 'ok' ? result.value.aspects?.map(({ aspect, label }) => `${aspect} ${label}`) : result?.reason

describe('aspects by passages', () => {
  it('are asked in the call of the texts, each with a sentiment of its own', async () => {
    const { of, asked } = model()
    const results = await withAspects(of, passagesOf).call([
      'food: good; price: bad',
      'plain',
      'staff: bad; menu: good',
    ])
    expect(results.map(aspectsOf)).toEqual([
      ['food positive', 'price negative'],
      ['food negative'],
      ['staff negative', 'menu positive'],
    ])
    expect(asked).toEqual([
      [
        ...['food: good; price: bad', 'plain', 'staff: bad; menu: good'],
        ...['food: good', 'price: bad', 'staff: bad', 'menu: good'],
      ],
    ])
  })

  it('have the confidence of their passage, or of the text that speaks of one alone', async () => {
    const { of } = model()
    const [two, one] = await withAspects(of, passagesOf).call(['food: good; price: bad', 'plain'])
    expect(two?.kind === 'ok' && two.value.aspects?.map(({ confidence }) => confidence)).toEqual([0.1, 0.1])
    expect(one?.kind === 'ok' && [one.value.confidence, one.value.aspects?.[0]?.confidence]).toEqual([0.05, 0.05])
  })

  it('are left out alone where a passage cannot be scored, and a text that cannot be scored fails as it does', async () => {
    const { of } = model()
    const results = await withAspects(of, passagesOf).call(['food: good; poison', 'next: good; more: bad'])
    expect(results.map(aspectsOf)).toEqual(['poison', ['next positive', 'more negative']])
    const parted = withAspects(of, (text) =>
      text === 'whole'
        ? [
            { aspect: 'food', passage: 'poison' },
            { aspect: 'price', passage: 'good' },
          ]
        : [],
    )
    expect((await parted.call(['whole', 'none'])).map(aspectsOf)).toEqual([['price positive'], []])
  })

  it('give way to those that the model itself knows', async () => {
    const { of } = model({ aspects: [{ aspect: 'music', label: 'neutral', confidence: 1 }] })
    expect((await withAspects(of, passagesOf).call(['plain'])).map(aspectsOf)).toEqual([['music neutral']])
  })
})
