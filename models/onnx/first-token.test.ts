import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { firstTokenOnly, isOfFirstToken } from './first-token.js'
import { readOnnx } from './read.js'

const read = (path: string) => readOnnx(readFileSync(projectPath(path)))

describe('a classifier of the first token', () => {
  it.each([
    ['the shipped model', 'models/sentiment-es-en-pt/model.onnx', /Attention/],
    ['an exported BERT', 'tests/fixtures/tiny-transformers/bert/model.onnx', /Softmax/],
  ])('computes nothing else behind its last attention: %s', (_, path, attention) => {
    const shorter = firstTokenOnly(read(path))
    const last = shorter.nodes.findLastIndex(({ op }) => attention.test(op))
    const products = shorter.nodes.slice(last).filter(({ op }) => /^MatMul(IntegerToFloat)?$/.test(op))
    const exact = products.filter(isOfFirstToken)
    // the product of what is attended to belongs to the attention itself
    expect(exact.length).toBeGreaterThanOrEqual(3)
    expect(products.length - exact.length).toBeLessThanOrEqual(1)
  })

  it('is shortened once: the second time it is given back as it is', () => {
    const model = read('tests/fixtures/tiny-transformers/bert/model.onnx')
    const shorter = firstTokenOnly(model)
    expect(shorter).not.toBe(model)
    expect(firstTokenOnly(shorter)).toBe(shorter)
  })

  it('is left alone when it reads another token', () => {
    const model = read('tests/fixtures/tiny-transformers/bert/model.onnx')
    const nodes = model.nodes.filter(({ op, attributes }) => op !== 'Gather' || attributes.get('axis')?.value !== 1)
    expect(firstTokenOnly({ ...model, nodes }).nodes).toHaveLength(nodes.length)
  })
})
