import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeStateValue, encodeStateValue, stateValueCursor } from './state-value.js'

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

  it('are the same when they are read by a view, wherever they lie', () => {
    fc.assert(
      fc.property(anyValue, fc.nat({ max: 9 }), (value, before) => {
        const [bytes, from] = [new Uint8Array(30_000), 5 + before]
        bytes.set(encodeStateValue(value).subarray(0, bytes.length - from), from)
        const whole = decoded(() => decodeStateValue(bytes.subarray(5), before))
        const part = bytes.subarray(5)
        const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
        expect(decoded(() => decodeStateValue(part, before, view))).toStrictEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('tell whether a number is greater as it is read, and where the next value begins', () => {
    for (const number of [0, 5, -1, 1e9, 1.5, 1_767_225_600_000, Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = encodeStateValue([number, 'next'])
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (const limit of [0, 5, 1_767_225_599_999, 1_767_225_600_000]) {
        const cursor = stateValueCursor(bytes, 0, view)
        cursor.enter()
        expect([number, limit, cursor.exceeds(limit), cursor.value()]).toEqual([number, limit, number > limit, 'next'])
      }
    }
    const text = encodeStateValue('text')
    expect(() => stateValueCursor(text, 0, new DataView(text.buffer, text.byteOffset)).exceeds(0)).toThrow(RangeError)
    const cutOff = encodeStateValue(1.5).slice(0, 8)
    expect(() => stateValueCursor(cutOff, 0, new DataView(cutOff.buffer)).exceeds(0)).toThrow(RangeError)
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

/** What is read, or that it is no value. */
function decoded(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}
