import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readModelDirectory } from '../../models/directory.js'
import { readOnnx } from '../../models/onnx/read.js'
import { openSentimentModel } from '../../models/sentiment-model.js'
import { projectPath } from '../../streams/project.js'
import { makeFewerLayers, withLayers } from './fewer-layers.js'

const shipped = projectPath('models/sentiment-es-en-pt')
const countOf = (model: ReturnType<typeof readOnnx>, op: string): number =>
  model.nodes.filter((node) => node.op === op).length

describe('a model of fewer layers', () => {
  it('has so many attentions, and no constants of those that it lacks', () => {
    const whole = readOnnx(readFileSync(`${shipped}/model.onnx`))
    const six = withLayers(whole, 6)
    expect(countOf(whole, 'QAttention')).toBe(12)
    expect(countOf(six, 'QAttention')).toBe(6)
    expect(countOf(six, 'LayerNormalization')).toBe(13)
    expect(six.constants.size).toBeLessThan(whole.constants.size * 0.6)
    expect(() => withLayers(whole, 12)).toThrow(/no 12 layers/)
  })

  it('runs', async () => {
    const model = await openSentimentModel({
      ...{ dir: await makeFewerLayers(await readModelDirectory(shipped), 6), workers: 1 },
    })
    expect(await model.call(['muy rico'])).toMatchObject([{ kind: 'ok' }])
    await model.close()
  })
})
