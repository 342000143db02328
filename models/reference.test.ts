import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { tinyModel } from '../tests/support/sentiment.js'
import { readModelDirectory } from './directory.js'
import { preprocessor } from './preprocessing.js'
import type { ProviderName } from './providers/index.js'
import { findOpenVino } from './providers/openvino/library.js'
import { openSentimentModel } from './sentiment-model.js'
import { loadTokenizer } from './tokenizer/tokenizer.js'

interface Case {
  readonly text: string
  readonly ids: readonly number[]
  /** Probabilities in the order of the model's outputs. */
  readonly outputs?: readonly number[]
  readonly probabilities?: readonly number[]
}

const openVino = await findOpenVino()

/** Scores may differ from those of the Python libraries by rounding, and by how a provider multiplies integers. */
const fp32Difference = 1e-4
const int8Difference = 0.05

const models = [
  ...['wordpiece', 'byte-level-bpe', 'unigram', 'dynamic-int8'].map((name) => [name, tinyModel(name)] as const),
  ...['bert', 'distilbert', 'roberta', 'xlm-roberta'].map(
    (name) => [`${name} of transformers`, projectPath(`tests/fixtures/tiny-transformers/${name}`)] as const,
  ),
  ['the shipped model', projectPath('models/sentiment-es-en-pt')] as const,
  ['the shipped model of aspects', projectPath('models/aspects-es-en-pt')] as const,
]

const providers: readonly ProviderName[] = ['cpu', ...(openVino || process.env.CI ? (['openvino'] as const) : [])]

describe.each(models.flatMap(([name, dir]) => providers.map((provider) => [name, provider, dir] as const)))(
  '%s on %s',
  (name, provider, dir) => {
    const precision = provider !== 'cpu' && /bert|wordpiece|bpe|unigram/.test(name) ? 'fp32' : 'auto'

    it('gives each text the same bits alone as beside others', async () => {
      const { cases }: { cases: readonly Case[] } = JSON.parse(await readFile(join(dir, 'reference.json'), 'utf8'))
      const model = await openSentimentModel({ dir, workers: 1, within: 0, cache: 0, provider, precision })
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
      const model = await openSentimentModel({ dir, workers: 1, provider, precision })
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
          const difference = Math.max(
            ...expected.map((value, label) => Math.abs(value - (scores[label] ?? Number.NaN))),
          )
          const most = model.status().precision === 'int8' ? int8Difference : fp32Difference
          expect({ text, close: difference < most }).toEqual({ text, close: true })
        }
      } finally {
        await model.close()
      }
    })
  },
)
