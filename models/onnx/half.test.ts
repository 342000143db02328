import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { projectPath } from '../../streams/project.js'
import { halfBits, halved } from './half.js'
import { lower } from './lower.js'
import { readOnnx } from './read.js'
import { float16, float32 } from './tensor.js'

/** What the bits of a float16 mean (IEEE 754-2019, 3.4). */
function meaningOf(bits: number): number {
  const [exponent, fraction] = [(bits >>> 10) & 31, bits & 1023]
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
  return bits & 0x8000 ? -size : size
}

describe('a float16', () => {
  it('stays what it is', () => {
    const all = Array.from({ length: 0x7c00 }, (_, bits) => bits)
    expect(all.filter((bits) => halfBits(meaningOf(bits)) !== bits)).toEqual([])
    expect(all.filter((bits) => halfBits(-meaningOf(bits)) !== (bits | 0x8000))).toEqual([])
  })

  it('is the nearest to any number that is not too large', () => {
    fc.assert(
      fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (value) => {
        const bits = halfBits(value)
        const error = Math.abs(meaningOf(bits) - value)
        for (const other of [bits - 1, bits + 1].filter((each) => (each & 0x7fff) < 0x7c00 && each >= 0))
          if ((other & 0x8000) === (bits & 0x8000))
            expect(error).toBeLessThanOrEqual(Math.abs(meaningOf(other) - value))
      }),
    )
  })

  it('is finite for what is too large, as the masks of attention are', () => {
    expect(meaningOf(halfBits(-3.4e38))).toBe(-65_504)
  })
})

describe('a model', () => {
  it('in float16 has no float32 left but what it gives', () => {
    const model = halved(lower(readOnnx(readFileSync(projectPath('models/sentiment-es-en-pt/model.onnx'))), 'floats'))
    const types = [...model.constants.values()].map(({ type }) => type)
    expect(types).toContain(float16)
    expect(types).not.toContain(float32)
    expect(model.nodes.at(-1)).toMatchObject({ op: 'Cast', outputs: ['logits'] })
  })

  it('with integers has no form in float16', () => {
    const model = lower(readOnnx(readFileSync(projectPath('models/sentiment-es-en-pt/model.onnx'))), 'integers')
    expect(() => halved(model)).toThrow(/computes with integers/)
  })
})
