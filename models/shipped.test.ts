import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { distinctPosts } from '../tests/support/posts.js'
import { sentimentLabels } from './labels.js'
import type { ProviderName } from './providers/index.js'
import { findOpenVino } from './providers/openvino/library.js'
import type { Precision } from './providers/provider.js'
import { openSentimentModel } from './sentiment-model.js'

const dir = projectPath('models/sentiment-es-en-pt')
const aspectsDir = projectPath('models/aspects-es-en-pt')

const openVino = await findOpenVino()
const ways: readonly (readonly [ProviderName, Precision])[] = [
  ['cpu', 'auto'],
  ...(openVino || process.env.CI
    ? ([
        ['openvino', 'int8'],
        ['openvino', 'bf16'],
      ] as const)
    : []),
]

describe('the shipped model', () => {
  it.each([dir, aspectsDir])('takes at most 35 MB on disk: %s', (folder) => {
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(35e6)
  })

  it.each(ways)(
    'gives at least 98 of 100 real texts the label that its fp32 form gives them, on %s as %s',
    async (provider, precision) => {
      const { labels, every, version }: { labels: string; every: number; version: string } = JSON.parse(
        readFileSync(projectPath('tests/fixtures/fp32-labels.json'), 'utf8'),
      )
      const texts = distinctPosts().filter((_, at) => at % every === 0)
      expect(texts.length).toBe(labels.length)
      const model = await openSentimentModel({ dir, provider, precision })
      try {
        expect(model.name).toBe(`sentiment-es-en-pt@${version}`)
        const results = await model.call(texts)
        const same = results.filter(
          (result, at) => result.kind === 'ok' && result.value.label === sentimentLabels[Number(labels[at])],
        )
        expect(same.length / texts.length).toBeGreaterThanOrEqual(0.98)
      } finally {
        await model.close()
      }
    },
  )
})
