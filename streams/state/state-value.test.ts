import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeStateValue, encodeStateValue } from './state-value.js'

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      // those that are none equal nothing
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
    ),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 70, noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).value

describe('values of state', () => {
  it('come back from their bytes as they were', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decodeStateValue(encodeStateValue(value))).toStrictEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('are plain values of their own, whatever holds their bytes: of a Buffer, a slice would be a view of it', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = Buffer.from(encodeStateValue(value))
        const read = decodeStateValue(bytes)
        bytes.fill(0xff)
        expect(read).toStrictEqual(value)
      }),
      { numRuns: 500 },
    )
    expect(decodeStateValue(Buffer.from(encodeStateValue(new Uint8Array([1, 2]))))).not.toBeInstanceOf(Buffer)
  })

  it('may be a date that is none', () => {
    expect(decodeStateValue(encodeStateValue([new Date(Number.NaN)]))).toEqual([expect.any(Date)])
    expect(String(decodeStateValue(encodeStateValue(new Date(Number.NaN))))).toBe('Invalid Date')
  })

  it('keep fields apart whose names are those of other objects, or of the prototype', () => {
    const values = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: 1 },
      { a: 1, b: 2, c: 3 },
      { '': 0 },
      {},
      JSON.parse('{"__proto__":1,"constructor":2}'),
    ]
    for (const value of [...values, ...values]) {
      const read = decodeStateValue(encodeStateValue(value)) as object
      expect(Object.entries(read)).toEqual(Object.entries(value))
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    }
  })

  it('are read without what was written before them: each holds the names of its fields', () => {
    const bytes = Array.from({ length: 1_000 }, (_, number) =>
      encodeStateValue({ [`field${number}`]: number, same: 1 }),
    )
    for (const [number, encoded] of [...bytes.entries()].reverse())
      expect(decodeStateValue(encoded)).toEqual({ [`field${number}`]: number, same: 1 })
  })

  it('refuses what is no data, and bytes that are no value', () => {
    expect(() => encodeStateValue({ call: () => 0 })).toThrow(TypeError)
    expect(() => encodeStateValue([Symbol('s')])).toThrow(TypeError)
    expect(() => decodeStateValue(Uint8Array.of(0xff))).toThrow(RangeError)
    expect(() => decodeStateValue(encodeStateValue('a text').subarray(0, 3))).toThrow(RangeError)
  })
})
