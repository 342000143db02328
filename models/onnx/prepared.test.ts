import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { openSentimentModel } from '../sentiment-model.js'
import { isPrepared, prepare } from './prepared.js'

const folder = mkdtempSync(join(tmpdir(), 'pulso-prepared-'))
const tiny = projectPath('tests/fixtures/tiny-transformers/bert/model.onnx')
const written = (name: string, bytes: Uint8Array): string => {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return file
}

describe('a prepared model', () => {
  it.each(['sentiment-es-en-pt', 'aspects-es-en-pt'])('is what ships: %s', async (name) => {
    expect(await isPrepared(projectPath(`models/${name}/model.onnx`))).toBe(true)
  })

  it('is known by its first bytes; other files, short and damaged ones too, are not', async () => {
    expect(await isPrepared(tiny)).toBe(false)
    expect(await isPrepared(written('prepared.onnx', prepare(readFileSync(tiny))))).toBe(true)
    expect(await isPrepared(written('empty.onnx', new Uint8Array()))).toBe(false)
    expect(await isPrepared(written('short.onnx', Uint8Array.of(8, 7, 18, 200)))).toBe(false)
    expect(await isPrepared(written('text.onnx', Buffer.from('pulso is no model')))).toBe(false)
  })

  it('is the same when it is prepared once more', () => {
    const once = prepare(readFileSync(tiny))
    expect(prepare(once)).toEqual(once)
  })

  it('gives the numbers of the file that it was made of, bit by bit', async () => {
    const given = dirname(tiny)
    const made = join(folder, 'bert')
    cpSync(given, made, { recursive: true })
    writeFileSync(join(made, 'model.onnx'), prepare(readFileSync(tiny)))
    const scores = await Promise.all(
      [given, made].map(async (dir) => {
        const model = await openSentimentModel({ dir, workers: 1, cache: 0, provider: 'cpu' })
        const results = await model.call(['rico el ceviche', 'muy mala atención', 'el local queda en Lima'])
        await model.close()
        return results.map((result) => (result.kind === 'ok' ? result.value.scores : result))
      }),
    )
    expect(scores[1]).toEqual(scores[0])
    expect(scores[0]?.flat()).toHaveLength(9)
  })
})
