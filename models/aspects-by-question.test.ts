import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openTestModel, tinyModel } from '../tests/support/sentiment.js'
import { questionOf, withAspectModel } from './aspects-by-question.js'
import type { LocalSentimentModel } from './sentiment-model.js'

const question = '{aspect}: {words} | {text}'

/** Capital letters name aspects: a text has those that stand in it. */
const namedIn = (text: string) =>
  ['FOOD', 'PRICE']
    .filter((word) => text.includes(word))
    .map((word) => ({ aspect: word.toLowerCase(), words: [word, 'x'] }))

const texts = [
  'FOOD muy rica, PRICE malo',
  'nada',
  'PRICE caro',
  'FOOD muy rica, PRICE malo',
  ...Array.from({ length: 60 }, (_, n) => `${n} ${n % 3 === 0 ? 'FOOD' : ''} ${'rico '.repeat(n % 7)} PRICE`),
]

async function open() {
  const [sentiment, aspects] = await Promise.all([openTestModel(), openTestModel({ dir: tinyModel('byte-level-bpe') })])
  const model = withAspectModel(sentiment.model, { model: aspects.model, question }, namedIn)
  return { model, sentiment: sentiment.model, aspects: aspects.model }
}

describe('a question about an aspect', () => {
  it('holds aspect, words and text in their places, and takes nothing in them for a place', () => {
    expect(questionOf(question, { aspect: 'food', words: ['pan', 'vino'] }, 'rico el pan y el vino')).toBe(
      'food: pan, vino | rico el pan y el vino',
    )
    const parts = fc.constantFrom('{text}', '{words}', '{aspect}', '$&', '$1', 'x', ' | ')
    const text = fc.array(parts).map((found) => found.join(''))
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 12 }), (given, words) => {
        expect(questionOf(question, { aspect: 'food', words }, given)).toBe(`food: ${words.join(', ')} | ${given}`)
      }),
    )
  })

  it('has at most twelve words, so that there is room for the text', () => {
    const words = Array.from({ length: 100 }, (_, n) => `plato${n}`)
    expect(questionOf(question, { aspect: 'food', words }, 'todo rico')).toBe(
      `food: ${words.slice(0, 12).join(', ')} | todo rico`,
    )
  })
})

describe('a model of aspects beside one of sentiment', () => {
  it('gives each aspect of a text the label that it gives to the question, and the text what it has without', async () => {
    const { model, sentiment, aspects } = await open()
    const results = await model.call(texts)
    const alone = await sentiment.call(texts)
    for (const [at, text] of texts.entries()) {
      const [result, plain] = [results[at], alone[at]]
      const answers = await aspects.call(namedIn(text).map((named) => questionOf(question, named, text)))
      const expected = answers.map((answer, place) =>
        answer.kind === 'ok'
          ? {
              aspect: namedIn(text)[place]?.aspect,
              label: answer.value.label,
              confidence: answer.value.confidence,
            }
          : answer,
      )
      expect(plain?.kind).toBe('ok')
      expect(result).toEqual({
        kind: 'ok',
        value: {
          ...(plain?.kind === 'ok' ? plain.value : {}),
          model: `${sentiment.name}+${aspects.name}`,
          aspects: expected,
        },
      })
    }
    await model.close()
  })

  it('answers in the order asked, with one run for equal questions, the same each time', async () => {
    const { model, aspects } = await open()
    const results = await model.call(texts)
    expect(results[3]).toEqual(results[0])
    const distinct = new Set(texts.flatMap((text) => namedIn(text).map((named) => questionOf(question, named, text))))
    expect(aspects.status().scored).toBe(distinct.size)
    expect(await model.call(texts.toReversed())).toEqual(results.toReversed())
    expect(aspects.status().scored).toBe(distinct.size)
    expect(model.status()).toMatchObject({ name: model.name, workers: 4 })
    await model.close()
    await expect(aspects.call(['x'])).rejects.toThrow(/closed/)
  })

  it('is not asked where nothing is named', async () => {
    const { model, aspects } = await open()
    expect(await model.call(['nada'])).toMatchObject([{ kind: 'ok', value: { aspects: [] } }])
    expect(aspects.status()).toMatchObject({ scored: 0, repeated: 0 })
    await model.close()
  })

  it('leaves out the aspect alone that cannot be answered, and gives way to what the model itself knows', async () => {
    const { model, sentiment, aspects } = await open()
    const poisoned: LocalSentimentModel = {
      ...{ name: 'poisoned@1', languages: null },
      ...{ status: () => aspects.status(), reload: (dir) => aspects.reload(dir), close: () => aspects.close() },
      call: async (items) => {
        const answers = await aspects.call(items)
        return answers.map((answer, at) =>
          items[at]?.startsWith('food') ? { kind: 'failed' as const, reason: 'poison' } : answer,
        )
      },
    }
    const partly = withAspectModel(sentiment, { model: poisoned, question }, namedIn)
    const [both] = await partly.call(['FOOD muy rica, PRICE malo'])
    expect(both?.kind === 'ok' && both.value.aspects?.map(({ aspect }) => aspect)).toEqual(['price'])
    const known = [{ aspect: 'music', label: 'neutral', confidence: 1 }] as const
    const knowing: LocalSentimentModel = {
      ...poisoned,
      call: async (items) =>
        (await sentiment.call(items)).map((result) =>
          result.kind === 'ok' ? { kind: 'ok', value: { ...result.value, aspects: known } } : result,
        ),
    }
    const [own] = await withAspectModel(knowing, { model: aspects, question }, namedIn).call(['FOOD'])
    expect(own?.kind === 'ok' && [own.value.aspects, own.value.model]).toEqual([known, sentiment.name])
    await model.close()
  })
})
