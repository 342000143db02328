import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { projectPath } from '../streams/project.js'
import { rowsOfColumns } from '../tests/support/columns.js'
import { memoryRegistry } from '../tests/support/memory-registry.js'
import { aTrend } from '../tests/support/trends.js'
import { AvroColumns } from './avro-columns.js'
import { readSchemas } from './files.js'
import type { Aspect, Mention, SentimentScore, Term } from './mention.js'
import { createSerdes, type RegisteredSerdes } from './serdes.js'
import { mentions, posts, trends } from './topics.js'
import type { Trend } from './trend.js'

let serdes: RegisteredSerdes

beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), [mentions, posts, trends])
})

const int = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)))
/** A long of more bits is left to the serde. */
const instant = fc.oneof(
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }),
  fc.constantFrom(0, -1, 1_600_000_000_000, 2 ** 52 - 1, -(2 ** 52)),
)
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.constantFrom('', '*', 'ñandú 🌶️'))
const aAnyTrend: fc.Arbitrary<Trend> = fc.record({
  term: text,
  kind: fc.constantFrom('all', 'dish', 'word'),
  region: text,
  window: fc.constantFrom('minute', 'tenMinutes', 'hour', 'day'),
  start: instant,
  end: instant,
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
      aspect: text,
      mentions: int,
      negative: int,
      neutral: int,
      positive: int,
    }),
    { maxLength: 3 },
  ),
})

const float = fc.float({ noDefaultInfinity: true })
const aTerm = fc.record({ term: text, kind: fc.constantFrom('dish', 'word') }) as fc.Arbitrary<Term>
const anAspect: fc.Arbitrary<Aspect> = fc.record({
  aspect: text,
  label: fc.constantFrom('negative', 'neutral', 'positive'),
  confidence: float,
})
const aScore: fc.Arbitrary<SentimentScore> = fc.record({
  label: fc.constantFrom('negative', 'neutral', 'positive'),
  confidence: float,
  negative: float,
  neutral: float,
  positive: float,
  sure: fc.boolean(),
  model: text,
})
const aAnyMention: fc.Arbitrary<Mention> = fc.record({
  postId: text,
  revision: int,
  sign: fc.constantFrom(1, -1),
  kind: fc.constantFrom('post', 'review'),
  source: text,
  author: text,
  text: fc.oneof(text, fc.string({ unit: 'binary', minLength: 60, maxLength: 400 })),
  createdAt: instant,
  language: fc.option(text),
  region: fc.option(text),
  terms: fc.array(aTerm, { maxLength: 4 }),
  repostOf: fc.option(text),
  stars: fc.option(fc.double({ noDefaultInfinity: true })),
  sentiment: fc.option(aScore),
  url: fc.option(text),
  simulated: fc.boolean(),
  aspects: fc.array(anAspect, { maxLength: 3 }),
})

const valuesOf = (rows: AvroColumns): unknown[] => rowsOfColumns(rows.length, rows.columns())

/** A mention as its columns have it: the fields of its score beside the others. */
function beside({ sentiment, ...mention }: Mention): unknown {
  const names = ['label', 'confidence', 'negative', 'neutral', 'positive', 'sure', 'model'] as const
  const scores = names.map((name) => [`sentiment.${name}`, sentiment === null ? null : sentiment[name]])
  return { ...mention, ...Object.fromEntries(scores) }
}

const damage = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { minLength: 1, maxLength: 3 })

/** A copy with other bytes at these places, so many bytes longer. */
function damaged(whole: Uint8Array, places: readonly (readonly [number, number])[], longer: number): Uint8Array {
  const bytes = Buffer.alloc(Math.max(0, whole.length + longer))
  bytes.set(whole.subarray(0, bytes.length))
  for (const [at, byte] of places) if (at < bytes.length) bytes[at] = byte
  return bytes
}

describe('values decoded into columns', () => {
  it('are those that the serde gives, read or appended', () => {
    const serde = serdes.forTopic(trends)
    fc.assert(
      fc.property(fc.array(aAnyTrend, { maxLength: 40 }), (given) => {
        const [read, appended] = [serdes.columnsOf(trends), serdes.columnsOf(trends)]
        for (const trend of given) {
          expect(read.read(serde.encode(trend))).toBe(true)
          appended.append({ ...trend })
        }
        const decoded = given.map((trend) => serde.decode(serde.encode(trend)))
        expect(valuesOf(read)).toEqual(decoded)
        expect(valuesOf(appended)).toEqual(decoded)
      }),
    )
  })

  it('are those that the serde gives also where the bytes were damaged, or are left to it', () => {
    const serde = serdes.forTopic(trends)
    let read = 0
    fc.assert(
      fc.property(aAnyTrend, damage, fc.integer({ min: -3, max: 2 }), (trend, places, longer) => {
        const bytes = damaged(serde.encode(trend), places, longer)
        const rows = serdes.columnsOf(trends)
        const taken = rows.read(bytes)
        expect(rows.length).toBe(taken ? 1 : 0)
        if (taken) expect(valuesOf(rows)).toEqual([serde.decode(bytes)])
        read += Number(taken)
      }),
      { numRuns: 4_000, seed: 3 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it('are those that the serde gives for records with nulls, lists and records within, read or appended', () => {
    const serde = serdes.forTopic(mentions)
    const columns = () => serdes.columnsOf(mentions, new Set(['postId', 'author', 'text', 'repostOf', 'url']))
    fc.assert(
      fc.property(fc.array(aAnyMention, { maxLength: 20 }), damage, (given, places) => {
        const [read, appended] = [columns(), columns()]
        const decoded = given.map((mention) => serde.decode(serde.encode(mention)))
        for (const mention of given) {
          // what was refused leaves nothing behind
          const bytes = damaged(serde.encode(mention), places, 0)
          if (read.read(bytes)) read.moveLast(null)
          expect(read.read(serde.encode(mention))).toBe(true)
        }
        for (const mention of decoded) appended.append({ ...mention })
        expect(valuesOf(read)).toEqual(decoded.map(beside))
        expect(valuesOf(appended)).toEqual(decoded.map(beside))
      }),
    )
  })

  it('are those that the serde gives for damaged records with others within', () => {
    const serde = serdes.forTopic(mentions)
    let read = 0
    fc.assert(
      fc.property(aAnyMention, fc.tuple(fc.integer({ min: 5, max: 120 }), fc.nat(255)), (mention, place) => {
        const bytes = damaged(serde.encode(mention), [place], 0)
        const rows = serdes.columnsOf(mentions, new Set(['text']))
        const taken = rows.read(bytes)
        expect(rows.length).toBe(taken ? 1 : 0)
        if (taken) expect(valuesOf(rows)).toEqual([beside(serde.decode(bytes))])
        read += Number(taken)
      }),
      { numRuns: 2_000, seed: 3 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it('leave out fields that are not wanted, of which rows may be moved', () => {
    const serde = serdes.forTopic(trends)
    fc.assert(
      fc.property(fc.array(aAnyTrend, { minLength: 2, maxLength: 9 }), damage, (given, places) => {
        const rows = serdes.columnsOf(trends, new Set(), new Set(['aspects']))
        for (const [index, trend] of given.entries()) {
          const bytes = damaged(serde.encode(trend), places, 0)
          if (rows.read(bytes)) rows.moveLast(null)
          if (index % 2 === 0) expect(rows.read(serde.encode(trend))).toBe(true)
          else rows.append({ ...trend })
        }
        rows.moveLast(0)
        const [, ...others] = given.map((trend) => serde.decode(serde.encode(trend)))
        const last = others.pop()
        const expected = [last, ...others].map((trend) => ({ ...trend, aspects: undefined }))
        expect(valuesOf(rows)).toEqual(expected)
      }),
    )
  })

  it('leave to the serde what another schema wrote, and keep nothing of it', () => {
    const rows = serdes.columnsOf(trends)
    const post = { postId: 'p', source: 's', author: 'a', text: 't', createdAt: 1 }
    const framed = serdes.forTopic(trends).encode(aTrend())
    framed[4] = 77
    expect(rows.read(framed)).toBe(false)
    expect(rows.read(Buffer.from(JSON.stringify(post)))).toBe(false)
    expect(rows.length).toBe(0)
  })

  it('refuse values that a column cannot hold, by the name of the field', () => {
    const rows = serdes.columnsOf(trends)
    for (const [name, value] of Object.entries({
      term: 5,
      kind: 'nothing',
      start: 2 ** 53,
      mentions: 2 ** 31,
      isFinal: 1,
    }))
      expect(() => rows.append({ ...aTrend(), [name]: value })).toThrow(new RegExp(`field ${name}: .* is no `))
    expect(rows.length).toBe(0)
  })

  it('are not given for a schema that has no columns', () => {
    for (const type of [{ type: 'map', values: 'int' }, ['int', 'null'], ['null', 'int', 'string'], 'bytes']) {
      const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'f', type }] })
      expect(() => new AvroColumns(schema, 1)).toThrow(/field f has the type .*, which has no column/)
    }
  })

  it('start anew without what was there, and hold many rows', () => {
    const serde = serdes.forTopic(trends)
    const rows = serdes.columnsOf(trends)
    const given = Array.from({ length: 5_000 }, (_, at) => aTrend({ term: `term-${at % 3_000}`, start: at }))
    for (const trend of given) rows.read(serde.encode(trend))
    expect(valuesOf(rows)).toEqual(given)
  })
})
