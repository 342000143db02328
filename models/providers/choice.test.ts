import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { tinyModel } from '../../tests/support/sentiment.js'
import { openSentimentModel } from '../sentiment-model.js'
import { plansFor } from './choice.js'

const dir = await mkdtemp(join(tmpdir(), 'pulso-openvino-'))
afterAll(() => rm(dir, { recursive: true }))
const wish = { precision: 'auto', openVinoFolder: dir } as const

describe('the choice of a provider', () => {
  it('is onnxruntime on the CPU where no OpenVINO is found, and says so', async () => {
    const plans = await plansFor({ ...wish, provider: 'auto' })
    expect(plans.map(({ name }) => name).filter((name) => name !== 'cuda')).toEqual(['cpu'])
    expect(plans.at(-1)?.why).toContain('no OpenVINO was found')
  })

  it('does not look for an OpenVINO that nobody named', async () => {
    const plans = await plansFor({ ...wish, provider: 'auto', openVinoFolder: null })
    expect(plans.map(({ name }) => name).filter((name) => name !== 'cuda')).toEqual(['cpu'])
  })

  it('names the remedy when OpenVINO is asked for and is not there', async () => {
    await expect(plansFor({ ...wish, provider: 'openvino' })).rejects.toThrow(/no OpenVINO runtime.*npm run cpu:setup/)
  })

  it('falls back to onnxruntime when a runtime that is found cannot be loaded, and says why', async () => {
    await writeFile(join(dir, 'libopenvino_c.so.2640'), 'no library')
    expect((await plansFor({ ...wish, provider: 'auto' })).map(({ name }) => name).slice(-2)).toEqual([
      'openvino',
      'cpu',
    ])
    const model = await openSentimentModel({
      ...{ dir: tinyModel('wordpiece'), workers: 1, provider: 'auto', openVinoFolder: dir },
    })
    expect(model.status()).toMatchObject({
      provider: 'cpu',
      why: expect.stringMatching(/openvino could not load the model: .*libopenvino_c/),
    })
    await model.close()
  })
})
