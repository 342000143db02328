import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../../../tests/support/scratch.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../embedded-store.js'
import { forRevision } from './native.js'

/** An expression of each type whose values vary with `number`, so that lengths differ from row to row. */
const expressions: readonly string[] = [
  'toUInt8(number)',
  'toInt256(number)',
  'toFloat32(number)',
  'toBFloat16(number)',
  'number % 2 = 1 ? true : false',
  "repeat('ñ', number * 50)",
  "toFixedString('abc', 5)",
  "toDate('2024-02-29')",
  "toDate32('1930-01-01')",
  "toDateTime('2024-02-29 01:02:03', 'America/Lima')",
  "toDateTime64('2024-02-29 01:02:03.456', 3, 'America/Lima')",
  'generateUUIDv4()',
  "toIPv4('10.0.0.1')",
  "toIPv6('::1')",
  'toDecimal32(number, 2)',
  'toDecimal64(number, 2)',
  'toDecimal128(number, 2)',
  'toDecimal256(number, 2)',
  'toIntervalDay(number)',
  "CAST(number % 2, 'Enum8(\\'a, (b\\' = 0, \\'c\\' = 1)')",
  "CAST(number % 2, 'Enum16(\\'a\\' = 0, \\'b\\' = 1)')",
  'NULL',
  'if(number % 2 = 0, NULL, toString(number))',
  'range(number)',
  '[]',
  "arrayMap(x -> repeat('a', x), range(number))",
  'arrayMap(x -> range(x), range(number))',
  "tuple(number, 'x', [number])",
  "CAST((1, 'x'), 'Tuple(a UInt8, `b c` String)')",
  "map('a', number, toString(number), 2)",
  'mapFromArrays(arrayMap(x -> toString(x), range(number)), range(number))',
  'toLowCardinality(toString(number))',
  'toLowCardinality(if(number % 2 = 0, NULL, toString(number)))',
  'arrayMap(x -> toLowCardinality(toString(x)), range(number))',
  "CAST(map('a', ['b', NULL]), 'Map(LowCardinality(String), Array(LowCardinality(Nullable(String))))')",
  "CAST((number, 0.5), 'Point')",
  "CAST([(number, 0.5), (1, 2)], 'Ring')",
  "CAST([[(number, 0.5)]], 'Polygon')",
  "CAST(number, 'SimpleAggregateFunction(sum, UInt64)')",
  "CAST(if(number % 3 = 0, NULL, number), 'Variant(String, UInt64)')",
  "multiIf(number % 3 = 0, 'text'::Variant(String, UInt64, Array(UInt8)), number % 3 = 1, [1, 2]::Array(UInt8)::Variant(String, UInt64, Array(UInt8)), NULL)",
]

describe('the Native format for a client that says its version', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
  })
  afterAll(async () => {
    await store.close()
    scratch.remove()
  })

  const native = async (sql: string, settings = {}) =>
    (await store.executor.execute(sql, { format: 'Native', settings })).bytes

  it('has the fields of a block before each, and one byte more a column', () => {
    const text = (word: string) => [word.length, ...Buffer.from(word)]
    const header = [...text('a'), ...text('UInt8')]
    const block = [1, 2, ...header, 7, 9]
    const empty = [1, 0, ...header]
    const info = [1, 0, 2, 255, 255, 255, 255, 0]
    expect([...forRevision(Uint8Array.from([...block, ...empty]), 54_405)]).toEqual([
      ...info,
      ...block,
      ...info,
      ...empty,
    ])
    expect([...forRevision(Uint8Array.from(block), 54_460)]).toEqual([...info, 1, 2, ...header, 0, 7, 9])
    expect(forRevision(new Uint8Array(), 54_460)).toHaveLength(0)
  })

  it.each(expressions)('finds where columns end: %s', async (expression) => {
    const sql = `SELECT ${expression} AS a, toUInt8(number) AS b FROM numbers(9) ORDER BY number`
    const settings = { max_block_size: 4, preferred_block_size_bytes: 0, allow_experimental_variant_type: 1 }
    const bytes = await native(`SELECT * FROM (${sql})`, settings)
    const blocks = [...forRevision(bytes, 54_405)].length - bytes.length
    expect(blocks).toBeGreaterThan(0)
    expect(blocks % 8).toBe(0)
    // two columns a block: what is put in is counted, and what was there is all still there
    expect(forRevision(bytes, 54_460).length - bytes.length).toBe((blocks / 8) * (8 + 2))
  })

  it('refuses a type whose values do not say where they end, and says what to do', async () => {
    const bytes = await native('SELECT sumState(number) AS s FROM numbers(3)')
    expect(() => forRevision(bytes, 54_460)).toThrow(/AggregateFunction\(sum, UInt64\) cannot be sent .*toString/)
  })

  it('refuses a block that was cut', async () => {
    const bytes = await native("SELECT 'lomo saltado' AS s")
    expect(() => forRevision(bytes.subarray(0, -1), 54_460)).toThrow('ends too early')
  })
})
