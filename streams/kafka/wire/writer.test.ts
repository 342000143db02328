import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { WireWriter } from './writer.js'

const write = fc.oneof(
  fc.integer({ min: -128, max: 127 }).map((value) => (to: WireWriter) => to.int8(value)),
  fc.integer({ min: -32_768, max: 32_767 }).map((value) => (to: WireWriter) => to.int16(value)),
  fc.integer().map((value) => (to: WireWriter) => to.int32(value)),
  fc.maxSafeInteger().map((value) => (to: WireWriter) => to.int64(value)),
  fc.option(fc.string({ unit: 'grapheme' })).map((value) => (to: WireWriter) => to.string(value)),
  fc.string({ unit: 'grapheme' }).map((value) => (to: WireWriter) => to.compactString(value)),
  fc.uint8Array().map((value) => (to: WireWriter) => to.bytes(value)),
  fc.integer({ min: 4_000, max: 4_200 }).map((length) => (to: WireWriter) => to.bytes(new Uint8Array(length).fill(7))),
  fc.nat().map((value) => (to: WireWriter) => to.unsignedVarint(value)),
  fc.array(fc.integer()).map((values) => (to: WireWriter) => to.array(values, (value) => to.int32(value))),
)

describe('a writer of requests', () => {
  it('writes the same bytes, however often it has to grow', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), fc.integer({ min: 1, max: 64 }), (writes, size) => {
        const [grows, roomy] = [new WireWriter(size), new WireWriter(1_000_000)]
        for (const each of writes) {
          each(grows)
          each(roomy)
        }
        expect(Buffer.concat(grows.parts()).equals(Buffer.concat(roomy.parts()))).toBe(true)
        expect(grows.size()).toBe(Buffer.concat(roomy.parts()).length)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps long runs of bytes as they were given, between what stands around them', () => {
    const long = new Uint8Array(5_000).fill(1)
    const [before, kept, after] = new WireWriter(1).int8(1).bytes(long).int8(2).bytes(new Uint8Array(3)).parts()
    expect(Buffer.from(before ?? []).toString('hex')).toBe('0100001388')
    expect(kept).toBe(long)
    expect(Buffer.from(after ?? []).toString('hex')).toBe('0200000003000000')
  })

  it('writes numbers as Kafka reads them', () => {
    const to = new WireWriter(1)
      .int8(-2)
      .int16(258)
      .int32(-1)
      .int64(2 ** 40 + 5)
      .string('ñ')
      .string(null)
    expect(Buffer.concat(to.unsignedVarint(300).parts()).toString('hex')).toBe(
      'fe0102ffffffff00000100000000050002c3b1ffffac02',
    )
  })
})
