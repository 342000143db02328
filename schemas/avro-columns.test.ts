import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Column } from '../streams/engine/ports/analytics.js'
import { projectPath } from '../streams/project.js'
import { memoryRegistry } from '../tests/support/memory-registry.js'
import { aTrend } from '../tests/support/trends.js'
import type { AvroColumns } from './avro-columns.js'
import { readSchemas } from './files.js'
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
})

function cellOf(column: Column, row: number, name: string): unknown {
  if ('indexes' in column) return Buffer.from(column.texts[column.indexes[row] as number] ?? []).toString()
  return name === 'isFinal' ? column[row] === 1 : column[row]
}

const valuesOf = (rows: AvroColumns): unknown[] => {
  const columns = Object.entries(rows.columns())
  return Array.from({ length: rows.length }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, cellOf(column, row, name)])),
  )
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
    const damage = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { minLength: 1, maxLength: 3 })
    let read = 0
    fc.assert(
      fc.property(aAnyTrend, damage, fc.integer({ min: -3, max: 2 }), (trend, places, longer) => {
        const whole = serde.encode(trend)
        const bytes = Buffer.alloc(Math.max(0, whole.length + longer))
        bytes.set(whole.subarray(0, bytes.length))
        for (const [at, byte] of places) if (at < bytes.length) bytes[at] = byte
        const rows = serdes.columnsOf(trends)
        const taken = rows.read(bytes)
        expect(rows.length).toBe(taken ? 1 : 0)
        if (taken) expect(valuesOf(rows)).toEqual([serde.decode(bytes)])
        read += Number(taken)
      }),
      { numRuns: 2_000, seed: 3 },
    )
    expect(read).toBeGreaterThan(100)
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

  it('are given for flat schemas alone', () => {
    expect(() => serdes.columnsOf(mentions)).toThrow(/field \w+ has the type .*, which has no column/)
  })

  it('start anew without what was there, and hold many rows', () => {
    const serde = serdes.forTopic(trends)
    const rows = serdes.columnsOf(trends)
    const given = Array.from({ length: 5_000 }, (_, at) => aTrend({ term: `term-${at % 3_000}`, start: at }))
    for (const trend of given) rows.read(serde.encode(trend))
    expect(valuesOf(rows)).toEqual(given)
  })
})
