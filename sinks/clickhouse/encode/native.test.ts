import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Cell, Column, Row } from '../../../streams/engine/ports/analytics.js'
import { scratchFolder } from '../../../tests/support/scratch.js'
import { type EmbeddedStore, openEmbeddedStore } from '../embedded-store.js'
import { parseType } from '../type.js'
import { NativeEncoder } from './native.js'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 60, maxLength: 300 }),
  fc.constantFrom('ñ', '\u0000', '🌶️', 'a'.repeat(127), 'a'.repeat(128), 'é'.repeat(63), 'é'.repeat(64)),
)
const big = (min: bigint, max: bigint): fc.Arbitrary<Cell> =>
  fc.bigInt({ min, max }).map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value))
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 })

/** Cells of each type, and how the query shows them. */
const types: Readonly<Record<string, { cell: fc.Arbitrary<Cell>; shown?: (cell: Cell) => unknown; select?: string }>> =
  {
    UInt8: { cell: fc.integer({ min: 0, max: 255 }) },
    Int8: { cell: fc.integer({ min: -128, max: 127 }) },
    UInt16: { cell: fc.integer({ min: 0, max: 65_535 }) },
    Int16: { cell: fc.integer({ min: -32_768, max: 32_767 }) },
    UInt32: { cell: fc.integer({ min: 0, max: 4_294_967_295 }) },
    Int32: { cell: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }) },
    UInt64: { cell: big(0n, 2n ** 64n - 1n) },
    Int64: { cell: big(-(2n ** 63n), 2n ** 63n - 1n) },
    Float64: { cell: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    Float32: { cell: fc.float({ noNaN: true, noDefaultInfinity: true }), select: 'toFloat64(c)' },
    Bool: { cell: fc.boolean() },
    String: { cell: text },
    'LowCardinality(String)': { cell: text },
    'LowCardinality(Nullable(String))': { cell: fc.option(text) },
    'Nullable(Int32)': { cell: fc.option(fc.integer({ min: -9, max: 9 })) },
    'Nullable(Bool)': { cell: fc.option(fc.boolean()) },
    'Nullable(FixedString(2))': { cell: fc.option(fc.constantFrom('ab', 'ñ')) },
    "Enum8('a' = 1, 'it\\'s, (b)' = -2)": { cell: fc.constantFrom('a', "it's, (b)") },
    "DateTime64(3, 'UTC')": { cell: instant, select: 'toUnixTimestamp64Milli(c)' },
    'DateTime64(6)': { cell: instant, select: 'intDiv(toUnixTimestamp64Micro(c), 1000)' },
    'DateTime64(0)': { cell: instant, select: 'toInt64(c)', shown: (cell) => Math.floor(Number(cell) / 1000) },
    DateTime: { cell: instant, select: 'toUnixTimestamp(c)', shown: (cell) => Math.floor(Number(cell) / 1000) },
    Date: { cell: instant, select: 'toInt32(c)', shown: (cell) => Math.floor(Number(cell) / 86_400_000) },
    'Array(Nullable(String))': { cell: fc.array(fc.option(text)) },
    'Array(Array(UInt8))': { cell: fc.array(fc.array(fc.integer({ min: 0, max: 255 }))) },
    'Array(LowCardinality(String))': { cell: fc.array(text) },
    'Map(String, Array(Int64))': {
      cell: fc.dictionary(fc.constantFrom('a', "b'"), fc.array(big(-9n, 2n ** 63n - 1n))),
    },
    'Map(UInt64, Int64)': { cell: fc.dictionary(fc.constantFrom('1', '18446744073709551615'), big(-5n, 5n)) },
    'Tuple(a String, `b c` Nullable(Int64))': {
      cell: fc.record<{ a: Cell; 'b c': Cell }>({ a: text, 'b c': fc.option(big(0n, 2n ** 60n)) }),
    },
    'Array(Tuple(term LowCardinality(String), kind String))': {
      cell: fc.array(fc.record({ term: text, kind: fc.constant('dish') })),
    },
    'SimpleAggregateFunction(sum, Int64)': { cell: big(-(2n ** 63n), 2n ** 63n - 1n) },
  }

/** Integers that do not fit a number are given as texts, wherever they stand. */
const shownPlain = (cell: Cell): unknown =>
  typeof cell === 'number'
    ? cell
    : JSON.parse(JSON.stringify(cell, (_, value) => (typeof value === 'bigint' ? String(value) : value)))

const migration = {
  version: 1,
  name: 'cells',
  checksum: '',
  statements: Object.keys(types).map(
    (type, index) =>
      `CREATE TABLE IF NOT EXISTS pulso.t${index} (row UInt32, c ${type}) ENGINE = MergeTree ORDER BY row`,
  ),
}
const columnTables = {
  version: 3,
  name: 'columns',
  checksum: '',
  statements: [1, 300, 70_000].map(
    (distinct) =>
      `CREATE TABLE IF NOT EXISTS pulso.columns${distinct} (row Int32, text LowCardinality(String), plain String, ` +
      "instant DateTime64(3, 'UTC'), told Bool, place Int64) ENGINE = MergeTree ORDER BY row SETTINGS non_replicated_deduplication_window = 10",
  ),
}
const blocks = {
  version: 2,
  name: 'blocks',
  checksum: '',
  statements: [
    'CREATE TABLE IF NOT EXISTS pulso.blocks (target String, token String, checksum String, rows UInt32, begun DateTime DEFAULT now()) ENGINE = ReplacingMergeTree ORDER BY (target, token)',
  ],
}

describe('blocks in the Native format', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir, migrations: [migration, blocks, columnTables] })
    await store.migrate()
  })
  afterAll(async () => {
    await store.close()
    scratch.remove()
  })

  it.each(Object.keys(types).map((type, index) => [type, index] as const))(
    'hold every cell of %s',
    async (type, index) => {
      const { cell, shown = shownPlain, select = 'c' } = types[type] ?? { cell: fc.constant(null) }
      const cells = fc.sample(cell, { numRuns: 200, seed: 42 })
      await store.write({ table: `t${index}`, token: 'one', rows: cells.map((c, row) => ({ row, c })) })
      const rows = await store.query<{ cell: unknown }>(`SELECT ${select} AS cell FROM t${index} ORDER BY row`)
      expect(rows.map((row) => row.cell)).toEqual(cells.map(shown))
    },
  )

  it('are the same bytes for the same rows', () => {
    const encoder = new NativeEncoder('t', [{ name: 'a', type: parseType('Array(String)') }])
    const rows: Row[] = [{ a: ['x', 'y'] }, { a: [] }]
    const first = Buffer.concat(encoder.encode(rows).parts)
    encoder.encode([{ a: ['other'] }])
    expect(Buffer.concat(encoder.encode(rows).parts)).toEqual(first)
  })

  it('refuse cells that their type cannot hold', () => {
    const encode = (type: string, cell: Cell) => () =>
      new NativeEncoder('t', [{ name: 'c', type: parseType(type) }]).encode([{ c: cell }])
    for (const [type, cell] of [
      ['UInt8', 256],
      ['UInt8', -1],
      ['Int64', 2 ** 53],
      ['Int32', 1.5],
      ['Float64', '1'],
      ['Bool', 1],
      ['String', 5],
      ['String', null],
      ['FixedString(2)', 'abc'],
      ['Array(String)', 'a'],
      ['Map(String, UInt8)', []],
      ['DateTime', -1],
    ] as const)
      expect(encode(type, cell)).toThrow(/table t, column c, row 0: .* is no/)
    expect(encode('UUID', 'x')).toThrow(/type UUID cannot be written/)
  })

  it.each([1, 300, 70_000])('hold columns without cells, with %i distinct texts', async (distinct) => {
    const texts = Array.from({ length: distinct }, (_, at) => Buffer.from(at === 0 ? '' : `ñ${at}`))
    const row = Int32Array.from({ length: distinct * 2 }, (_, at) => at - 5)
    const indexes = Uint32Array.from(row, (_, at) => (at * 7) % distinct)
    const columns = {
      row,
      text: { texts, indexes },
      plain: { texts, indexes },
      instant: Float64Array.from(row, (number) => 1_600_000_000_000 + number * 7_007),
      told: Uint8Array.from(row, (_, at) => at % 2),
      place: Float64Array.from(row, (number) => number * 7_007_007_007),
    }
    const table = `columns${distinct}`
    for (const token of ['columns', 'columns']) await store.write({ table, token, length: row.length, columns })
    const sql = `SELECT row, text, plain, toUnixTimestamp64Milli(instant) AS instant, told, toFloat64(place) AS place FROM ${table} ORDER BY row`
    const expected = Array.from(row, (number, at) => {
      const text = String(texts[indexes[at] ?? 0])
      return {
        row: number,
        text,
        plain: text,
        instant: 1_600_000_000_000 + number * 7_007,
        told: at % 2 === 1,
        place: number * 7_007_007_007,
      }
    })
    // compared as a whole: a report of each of many rows would take for ever
    expect(JSON.stringify(await store.query(sql)) === JSON.stringify(expected)).toBe(true)
  })

  it('refuse columns that their table cannot take', () => {
    const encode = (type: string, c: Column, length: number) => () =>
      new NativeEncoder('t', [{ name: 'c', type: parseType(type) }]).encodeColumns({ columns: { c }, length })
    const texts = { texts: [Buffer.from('a')], indexes: new Uint32Array(2) }
    for (const [type, column] of [
      ['Int32', texts],
      ['String', new Int32Array(2)],
      ['Int64', new Int32Array(2)],
      ['UInt32', new Int32Array(2)],
      ['DateTime64(6)', new Float64Array(2)],
      ['Bool', new Int32Array(2)],
      ['Float32', new Float64Array(2)],
      ['Int8', Int32Array.of(1, 128)],
      ['Int32', { nulls: new Uint8Array(2), values: new Int32Array(2) }],
      ['Array(String)', { ends: new Uint32Array(2), items: {} }],
    ] as const)
      expect(encode(type, column, 2)).toThrow(/table t, column c, .* (are|is) no /)
    expect(encode('Int32', new Int32Array(2), 3)).toThrow('table t, column c, it has 2 rows, the block has 3')
    expect(() => new NativeEncoder('t', []).encodeColumns({ columns: { c: texts }, length: 2 })).toThrow(/no column c/)
  })
})
