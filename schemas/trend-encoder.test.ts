import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { projectPath } from '../streams/project.js'
import { avroSerde } from './avro-serde.js'
import { readSchemas } from './files.js'
import type { Trend } from './trend.js'
import { trendEncoder, trendLongs } from './trend-encoder.js'

const id = 70_000
const schema = readSchemas(projectPath('schemas')).get('pulso.Trend') ?? ''
const general = avroSerde<Trend>('trends', schema, id, { cached: () => undefined })
const encodeInto = trendEncoder(id, general)

const int = fc.oneof(fc.nat(100), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
const long = fc.oneof(fc.integer({ min: 0, max: 2 ** 42 }), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }))
const trend: fc.Arbitrary<Trend> = fc.record({
  term: fc.oneof(fc.constantFrom('*', 'ceviche', 'ají de gallina'), fc.string({ unit: 'grapheme', maxLength: 200 })),
  kind: fc.constantFrom('all', 'dish', 'ingredient', 'brand', 'place', 'hashtag', 'word'),
  region: fc.constantFrom('*', '15', 'ñ'),
  window: fc.constantFrom('minute', 'tenMinutes', 'hour', 'day'),
  start: long,
  end: long,
  isFinal: fc.boolean(),
  revision: int,
  mentions: int,
  reposts: int,
  negative: int,
  neutral: int,
  positive: int,
  unsure: int,
  authors: int,
  aspects: fc.array(
    fc.record({
      aspect: fc.oneof(fc.constantFrom('food', 'menú'), fc.string({ unit: 'grapheme', maxLength: 99 })),
      mentions: int,
      negative: int,
      neutral: int,
      positive: int,
    }),
    { maxLength: 3 },
  ),
})

/** Writes into bytes that grow by what is said to be missing. */
function written(value: Trend, room: number): Uint8Array {
  const into = new Uint8Array(room)
  const end = encodeInto(value, into, 3)
  return end < 0 ? written(value, room - end) : into.subarray(3, end)
}

describe('the encoder of trends', () => {
  it('writes the bytes that Avro gives, wherever there is room for them', () => {
    fc.assert(
      fc.property(trend, fc.nat(300), (value, room) => {
        expect(Buffer.from(written(value, room))).toEqual(Buffer.from(general.encode(value)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('leaves what is no trend to Avro, which says what is wrong with it', () => {
    const [value] = fc.sample(trend, 1)
    const wrong = (fields: object) => () => written({ ...value, ...fields } as Trend, 200)
    expect(wrong({ mentions: 1.5 })).toThrow('mentions is the number 1.5')
    expect(wrong({ term: null })).toThrow('term is null')
    expect(wrong({ kind: 'song' })).toThrow('kind is the text "song"')
    expect(wrong({ aspects: null })).toThrow('aspects is null')
    expect(wrong({ aspects: [{ aspect: 'food', mentions: 1, negative: 0.5, neutral: 0, positive: 0 }] })).toThrow(
      'negative is the number 0.5',
    )
    expect(wrong({ start: Number.NaN })).toThrow('start is the number NaN')
  })

  it('finds start and end in what it wrote, and replaces them where the bytes suffice', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 2 ** 13 }), fc.integer({ min: 2 ** 40, max: 2 ** 41 - 1 }))
    fc.assert(
      fc.property(trend, time, time, time, time, (some, start, end, otherStart, otherEnd) => {
        const value = { ...some, start, end }
        const bytes = Uint8Array.from(written(value, 0))
        const [startAt, endAt] = [trendLongs.find(bytes, 0, 'start'), trendLongs.find(bytes, 0, 'end')]
        const replaced = [trendLongs.replace(bytes, startAt, otherStart), trendLongs.replace(bytes, endAt, otherEnd)]
        const expected = {
          ...value,
          start: replaced[0] ? otherStart : start,
          end: replaced[1] ? otherEnd : end,
        }
        expect(Buffer.from(bytes)).toEqual(Buffer.from(general.encode(expected)))
        // zigzag: 2^40 to 2^41 take six bytes
        if (start >= 2 ** 40 && otherStart >= 2 ** 40) expect(replaced[0]).toBe(true)
        expect(trendLongs.find(bytes, 0, 'authors')).toBe(-1)
      }),
    )
  })
})
