import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { isFused, lower } from './lower.js'
import { readOnnx } from './read.js'
import { writeOnnx } from './write.js'

const shipped = readOnnx(readFileSync(projectPath('models/sentiment-es-en-pt/model.onnx')))
const tiny = readFileSync(projectPath('tests/fixtures/tiny-bert/unigram/model.onnx'))

describe('an ONNX file', () => {
  it('is written as it was read', () => {
    const model = readOnnx(tiny)
    expect(model.nodes.length).toBeGreaterThan(50)
    expect(model.constants.size).toBeGreaterThan(10)
    expect(readOnnx(writeOnnx(model))).toEqual(model)
  })

  it('that is none is refused', () => {
    expect(() => readOnnx(Buffer.from('no model'))).toThrow()
    expect(() => readOnnx(new Uint8Array())).toThrow(/no graph/)
  })
})

describe('fused operators', () => {
  it.each(['integers', 'floats'] as const)('are written out as products of %s, with nothing left over', (form) => {
    expect(isFused(shipped)).toBe(true)
    const lowered = lower(shipped, form)
    expect(isFused(lowered)).toBe(false)
    expect(lowered.nodes.some(({ op }) => op === 'DequantizeLinear')).toBe(form === 'integers')
    const made = new Set([...lowered.constants.keys(), ...lowered.inputs.map(({ name }) => name)])
    for (const { inputs, outputs } of lowered.nodes) {
      expect(inputs.filter((name) => name !== '' && !made.has(name))).toEqual([])
      for (const output of outputs) made.add(output)
    }
    expect(lowered.outputs.every(({ name }) => made.has(name))).toBe(true)
  })

  it('that cannot be written out are named', () => {
    const nodes = shipped.nodes.filter(({ op }) => op !== 'QuantizeLinear')
    expect(() => lower({ ...shipped, nodes }, 'integers')).toThrow(/is quantised by no QuantizeLinear/)
  })
})
