import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { questionOf } from './aspects-by-question.js'
import { readModelDirectory } from './directory.js'
import { openSentimentModel } from './sentiment-model.js'

const dir = projectPath('models/aspects-es-en-pt')

describe('the shipped model of aspects', () => {
  it('tells apart what one text says of several things, in Spanish, English and Portuguese', async () => {
    const { question } = await readModelDirectory(dir)
    const text = 'La comida estuvo muy rica, pero el precio es carísimo y la atención pésima'
    const asked = [
      [text, 'food', ['comida'], 'positive'],
      [text, 'price', ['precio', 'carísimo'], 'negative'],
      [text, 'service', ['atención'], 'negative'],
      ['The food was great but the waiter was rude', 'food', ['food'], 'positive'],
      ['The food was great but the waiter was rude', 'service', ['waiter'], 'negative'],
      ['A comida é péssima, mas o atendimento é ótimo', 'food', ['comida'], 'negative'],
      ['A comida é péssima, mas o atendimento é ótimo', 'service', ['atendimento'], 'positive'],
    ] as const
    const model = await openSentimentModel({ dir, workers: 1, provider: 'cpu' })
    const results = await model.call(
      asked.map(([said, aspect, words]) => questionOf(question ?? '', { aspect, words }, said)),
    )
    await model.close()
    expect(results.map((result) => (result.kind === 'ok' ? result.value.label : result.reason))).toEqual(
      asked.map(([, , , label]) => label),
    )
  })
})
