import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { tinyModel } from '../tests/support/sentiment.js'
import { readModelDirectory } from './directory.js'
import { preprocessor } from './preprocessing.js'
import { openSentimentModel } from './sentiment-model.js'
import { loadTokenizer } from './tokenizer/tokenizer.js'

interface Case {
  readonly text: string
  readonly ids: readonly number[]
  /** Probabilities in the order of the model's outputs. */
  readonly outputs?: readonly number[]
  readonly probabilities?: readonly number[]
}

const models = [
  ...['wordpiece', 'byte-level-bpe', 'unigram', 'dynamic-int8'].map((name) => [name, tinyModel(name)] as const),
  ...['bert', 'distilbert', 'roberta', 'xlm-roberta'].map(
    (name) => [`${name} of transformers`, projectPath(`tests/fixtures/tiny-transformers/${name}`)] as const,
  ),
  ['the shipped model', projectPath('models/sentiment-es-en-pt')] as const,
]

describe.each(models)('%s', (_, dir) => {
  it('gives each text the same bits alone as beside others', async () => {
    const { cases }: { cases: readonly Case[] } = JSON.parse(await readFile(join(dir, 'reference.json'), 'utf8'))
    const model = await openSentimentModel({ dir, workers: 1, within: 0, cache: 0 })
    const together = await model.call(cases.map(({ text }) => text))
    const alone = []
    for (const { text } of cases) alone.push(...(await model.call([text])))
    await model.close()
    expect(together).toEqual(alone)
  })

  it('gives the token ids and the probabilities that the Python libraries give', async () => {
    const { cases }: { cases: readonly Case[] } = JSON.parse(await readFile(join(dir, 'reference.json'), 'utf8'))
    const directory = await readModelDirectory(dir)
    const prepare = preprocessor(directory.preprocessing, directory.maxTokens)
    const encode = await loadTokenizer(dir, directory.maxTokens)
    const model = await openSentimentModel({ dir, workers: 1 })
    try {
      const results = await model.call(cases.map(({ text }) => text))
      for (const [at, { text, ids, outputs, probabilities }] of cases.entries()) {
        expect({ text, ids: encode(prepare(text)) }).toEqual({ text, ids })
        const expected = [0, 0, 0]
        for (const [output, probability] of (outputs ?? probabilities ?? []).entries()) {
          const label = directory.labels[output] ?? 0
          expected[label] = (expected[label] ?? 0) + probability
        }
        const result = results[at]
        const scores = result?.kind === 'ok' ? result.value.scores : []
        const difference = Math.max(...expected.map((value, label) => Math.abs(value - (scores[label] ?? Number.NaN))))
        expect({ text, close: difference < 1e-4 }).toEqual({ text, close: true })
      }
    } finally {
      await model.close()
    }
  })
})
