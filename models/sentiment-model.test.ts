import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { openTestModel, tinyModel } from '../tests/support/sentiment.js'
import { openSentimentModel } from './sentiment-model.js'

const texts = Array.from({ length: 60 }, (_, n) => `${n} muy ${'rico '.repeat(n % 5)}y nada caro`)

describe('a sentiment model', () => {
  it('takes another version without a restart, and says on each score which one gave it', async () => {
    const { model } = await openTestModel()
    const before = model.call(texts)
    const reloaded = model.reload(tinyModel('byte-level-bpe'))
    const [first] = await before
    await reloaded
    const [second] = await model.call(texts)
    expect(first).toMatchObject({ kind: 'ok', value: { model: 'wordpiece@0.1.0' } })
    expect(second).toMatchObject({ kind: 'ok', value: { model: model.name } })
    expect(model.name).toMatch(/^byte-level-bpe@/)
    await model.close()
  })

  it('keeps the present version when another cannot be loaded', async () => {
    const { model } = await openTestModel()
    await expect(model.reload('/nowhere')).rejects.toThrow(/config.json is missing/)
    expect(model.name).toBe('wordpiece@0.1.0')
    expect((await model.call(texts)).every((result) => result.kind === 'ok')).toBe(true)
    await model.close()
  })

  it('runs texts one by one when its scores would depend on the run, so that they do not', async () => {
    const dir = tinyModel('dynamic-int8')
    const [one, many] = await Promise.all([openTestModel({ dir, cache: 0 }), openTestModel({ dir, cache: 0 })])
    expect(one.model.status().batched).toBe(false)
    const alone = []
    for (const text of texts) alone.push(...(await one.model.call([text])))
    expect(await many.model.call(texts)).toEqual(alone)
    await Promise.all([one.close(), many.close()])
  })

  it('scores the texts of several callers in shared runs', async () => {
    const { model } = await openTestModel({ workers: 1, within: 50 })
    await Promise.all(texts.slice(0, 20).map((text) => model.call([text.slice(3)])))
    const { scored, repeated, runs } = model.status()
    expect(scored + repeated).toBe(20)
    expect(runs).toBeLessThan(10)
    await model.close()
  })

  it('forgets scores beyond the capacity of its cache', async () => {
    const { model } = await openTestModel({ cache: 10 })
    await model.call(texts)
    expect(model.status().cached).toBe(10)
    await model.close()
  })

  it('answers what was asked before it closes', async () => {
    const { model } = await openTestModel()
    const asked = model.call(texts)
    await model.close()
    expect((await asked).every((result) => result.kind === 'ok')).toBe(true)
  })

  it('says which file cannot be loaded and why', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'pulso-model-'))
    await cp(tinyModel('wordpiece'), dir, { recursive: true })
    await writeFile(join(dir, 'model.onnx'), 'no model')
    await expect(openSentimentModel({ dir })).rejects.toThrow(/model\.onnx/)
    await writeFile(join(dir, 'tokenizer.json'), '[')
    await expect(openSentimentModel({ dir })).rejects.toThrow(/tokenizer\.json cannot be read as JSON/)
    await rm(dir, { recursive: true })
  })

  it('rejects calls while no worker can be started, and answers again when one can', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'pulso-model-'))
    await cp(tinyModel('wordpiece'), dir, { recursive: true })
    const { model, killWorkers } = await openTestModel({ dir, cache: 0 })
    const expected = await model.call(texts)
    await rm(join(dir, 'model.onnx'))
    killWorkers()
    await expect(model.call(texts)).rejects.toThrow(/no sentiment worker can be started.*model\.onnx/)
    await cp(join(tinyModel('wordpiece'), 'model.onnx'), join(dir, 'model.onnx'))
    expect(await model.call(texts)).toEqual(expected)
    await model.close()
    await rm(dir, { recursive: true })
  })

  it('refuses options that make no sense', async () => {
    await expect(openSentimentModel({ dir: tinyModel('wordpiece'), workers: 0 })).rejects.toThrow(/workers.*is 0/)
  })
})
