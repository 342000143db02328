import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { avroType } from './avro.js'
import { readerOf, writerOf } from './avro-tap.js'

const type = avroType(
  JSON.stringify({
    type: 'record',
    name: 'Thing',
    fields: [
      { name: 'text', type: 'string' },
      { name: 'number', type: 'long' },
      { name: 'maybe', type: ['null', 'string'] },
      { name: 'texts', type: { type: 'array', items: 'string' } },
      { name: 'bytes', type: 'bytes' },
    ],
  }),
)
const read = readerOf(type)
const write = writerOf(type)

const anyText = fc.oneof(
  fc.string({ maxLength: 80, size: 'max' }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 70, size: 'max' }),
)
const anyThing = fc.record({
  text: anyText,
  number: fc.maxSafeInteger().filter((number) => Math.abs(number) < 2 ** 52),
  maybe: fc.option(anyText),
  texts: fc.array(anyText, { maxLength: 4 }),
  bytes: fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes)),
})

describe('reading and writing Avro where it lies', () => {
  it('gives the bytes and the values of avsc, whatever the texts', () => {
    fc.assert(
      fc.property(anyThing, fc.nat(20), (thing, before) => {
        const expected = type.toBuffer(thing)
        const into = Buffer.alloc(before + expected.length + 10, 0xff)
        const end = write(thing, into, before)
        expect(into.subarray(before, end).equals(expected)).toBe(true)
        expect(read(into, before, end)).toEqual(type.fromBuffer(expected))
      }),
    )
  })

  it('says how many bytes are missing', () => {
    const thing = { text: 'abc', number: 5, maybe: 'd'.repeat(30), texts: ['é'], bytes: Buffer.of(1) }
    const expected = type.toBuffer(thing)
    for (let length = 0; length < expected.length; length += 1) {
      const missing = -write(thing, Buffer.alloc(length), 0)
      expect(missing).toBe(expected.length - length)
    }
    expect(write(thing, Buffer.alloc(expected.length), 0)).toBe(expected.length)
  })

  it('gives nothing where a value ends elsewhere than it should', () => {
    const bytes = Buffer.concat([
      type.toBuffer({ text: 'a', number: 1, maybe: null, texts: [], bytes: Buffer.of() }),
      Buffer.of(0),
    ])
    expect(read(bytes, 0, bytes.length)).toBeUndefined()
    expect(read(bytes, 0, bytes.length - 2)).toBeUndefined()
  })
})
