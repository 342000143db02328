import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { tinyModel } from '../tests/support/sentiment.js'
import { readModelDirectory } from './directory.js'

const made: string[] = []
afterEach(async () => {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true })))
})

async function changed(change: (config: Record<string, unknown>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pulso-model-'))
  made.push(folder)
  await cp(tinyModel('wordpiece'), folder, { recursive: true })
  const config: Record<string, unknown> = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
  change(config)
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}

describe('a model directory', () => {
  it('says name, version, calibration and limits in its pulso object', async () => {
    expect(await readModelDirectory(tinyModel('wordpiece'))).toMatchObject({
      id: 'wordpiece@0.1.0',
      labels: [0, 1, 2],
      temperature: 1.5,
      unsureBelow: 0.6,
      maxTokens: 64,
    })
  })

  it('without a pulso object has defaults, and a version that changes with its bytes', async () => {
    const first = await readModelDirectory(tinyModel('byte-level-bpe'))
    expect(first).toMatchObject({ temperature: 1, unsureBelow: 0.5, maxTokens: 80, preprocessing: [] })
    expect(first.id).toMatch(/^byte-level-bpe@sha256-[0-9a-f]{12}$/)
    const bare = await readModelDirectory(await changed((config) => delete config.pulso))
    const other = await readModelDirectory(
      await changed((config) => {
        delete config.pulso
        config.id2label = { 0: 'NEG', 1: 'NEU', 2: 'POS' }
      }),
    )
    expect(bare.id.split('@')[1]).not.toBe(other.id.split('@')[1])
  })

  it('never lets a text have more tokens than the model has positions', async () => {
    const folder = await changed((config) => {
      config.pulso = { maxTokens: 500 }
      config.model_type = 'roberta'
      config.pad_token_id = 1
      config.max_position_embeddings = 82
    })
    expect((await readModelDirectory(folder)).maxTokens).toBe(80)
  })

  it('is refused with the file and the remedy when something is missing or wrong', async () => {
    const without = async (file: string): Promise<string> => {
      const folder = await changed(() => undefined)
      await rm(join(folder, file))
      return folder
    }
    await expect(readModelDirectory('/nowhere')).rejects.toThrow('/nowhere/config.json is missing')
    await expect(readModelDirectory(await without('tokenizer.json'))).rejects.toThrow(/tokenizer.json is missing/)
    await expect(readModelDirectory(await without('model.onnx'))).rejects.toThrow(/no ONNX file.*export the model/)
    const wrong = await changed((config) => {
      config.pulso = { temperature: -1 }
    })
    await expect(readModelDirectory(wrong)).rejects.toThrow(/config.json cannot be used[\s\S]*temperature/)
    await writeFile(join(wrong, 'config.json'), '{')
    await expect(readModelDirectory(wrong)).rejects.toThrow(/config.json is no JSON/)
  })
})
