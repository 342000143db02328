import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { AspectLabel, Mention } from '../../schemas/mention.js'
import { mentionRow, trendRows } from '../../sinks/clickhouse/rows.js'
import type { AnalyticsStore, Row } from '../../streams/engine/ports/analytics.js'
import { aMention } from '../support/records.js'
import { rollupOf } from '../support/rollup-oracle.js'
import { readRollup, sorted } from '../support/rollups.js'
import { aTrend } from '../support/trends.js'

/** An empty place for one analytics store. */
export interface AnalyticsPlace {
  /** Opens the store, as it was left. The one opened before is closed. */
  open(): Promise<AnalyticsStore>
  /** Takes everything away. */
  remove(): Promise<void>
}

const mentionBlock = (token: string, mentions: readonly Mention[]) => ({
  table: 'mentions',
  token,
  rows: mentions.map((one) => mentionRow(one)),
})

const sizes = ['minute', 'hour', 'day'] as const

async function expectRollups(store: AnalyticsStore, mentions: readonly Mention[]): Promise<void> {
  for (const size of sizes) expect(await readRollup(store, size)).toEqual(sorted(rollupOf(mentions, size)))
}

/** Some mentions of many months, terms, regions and authors; some are taken back. */
const someMentions = (count: number, from = 0): Mention[] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index
    return aMention({
      postId: `post-${number % 97}`,
      sign: number % 7 === 6 ? -1 : 1,
      author: `author-${number % 11}`,
      createdAt: 1_500_000_000_000 + (number % 31) * 3_000_000_000,
      region: number % 3 === 0 ? null : `1${number % 4}`,
      terms: [
        { term: `dish-${number % 5}`, kind: 'dish' },
        { term: `brand-${number % 3}`, kind: 'brand' },
      ],
      repostOf: number % 4 === 0 ? 'post-1' : null,
    })
  })

const anyMention: fc.Arbitrary<Mention> = fc
  .record({
    postId: fc.constantFrom('a', 'b', 'c'),
    sign: fc.constantFrom(1, -1),
    author: fc.constantFrom('x', 'y', 'z'),
    createdAt: fc.integer({ min: 0, max: 3 * 86_400_000 }).map((ms) => 1_600_000_000_000 + ms),
    region: fc.constantFrom(null, '15', '08'),
    terms: fc.subarray([
      { term: 'ceviche', kind: 'dish' } as const,
      { term: 'ají', kind: 'ingredient' } as const,
      { term: "o'b\\r`\n", kind: 'word' } as const,
    ]),
    repostOf: fc.constantFrom(null, 'a'),
    sentiment: fc.constantFrom(null, aMention().sentiment),
  })
  .map((fields) => aMention(fields))

/** The contract of every analytics store. */
export function analyticsStoreContract(name: string, makePlace: () => Promise<AnalyticsPlace>): void {
  describe(`analytics store: ${name}`, () => {
    let place: AnalyticsPlace
    let store: AnalyticsStore
    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
      await store.migrate()
    })
    afterEach(() => place.remove())

    it('is migrated once and then up to date', async () => {
      const { from, to } = await store.migrate()
      expect(from).toBe(to)
      expect(to).toBeGreaterThan(0)
    })

    it('refuses a store that a newer version wrote', async () => {
      const rows = [{ version: 9_999, name: 'future', checksum: 'x' }]
      await store.write({ table: 'migrations', rows, token: 'future' })
      await expect(store.migrate()).rejects.toThrow(/schema version 9999.*knows up to \d+/)
    })

    it('keeps a block that is written three times once, in tables and roll-ups, across a reopening', async () => {
      const blocks = [0, 1, 2].map((at) => mentionBlock(`mentions-0-${at}`, someMentions(200, at * 200)))
      for (const block of blocks) await store.write(block)
      for (const block of blocks) await store.write(block)
      store = await place.open()
      for (const block of [...blocks].reverse()) await store.write(block)
      await expectRollups(store, someMentions(600))
      expect(await store.query('SELECT count() AS rows, sum(sign) AS sum FROM mentions')).toEqual([
        { rows: 600, sum: someMentions(600).reduce((sum, { sign }) => sum + sign, 0) },
      ])
    })

    it('counts equal rows of different blocks each', async () => {
      for (const token of ['a', 'b']) await store.write(mentionBlock(token, someMentions(10)))
      await expectRollups(store, [...someMentions(10), ...someMentions(10)])
    })

    it('keeps a block of many months as one', async () => {
      const block = mentionBlock('months', someMentions(1_000))
      await store.write(block)
      await store.write(block)
      await expectRollups(store, someMentions(1_000))
    })

    it('gives roll-ups equal to a count by hand, whatever comes and however it is cut', async () => {
      const all: Mention[] = []
      let written = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyMention, { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
          async (blocks) => {
            for (const mentions of blocks) {
              const block = mentionBlock(`cut-${written++}`, mentions)
              await store.write(block)
              if (written % 2 === 0) await store.write(block)
              all.push(...mentions)
            }
            await expectRollups(store, all)
          },
        ),
        { numRuns: 12 },
      )
    })

    it('refuses a token that comes again with other rows, also after a reopening', async () => {
      await store.write(mentionBlock('same', someMentions(10)))
      const other = mentionBlock('same', someMentions(11))
      await expect(store.write(other)).rejects.toThrow(/block same of table mentions was begun with other rows/)
      store = await place.open()
      await expect(store.write(other)).rejects.toThrow(/block same/)
      await expectRollups(store, someMentions(10))
    })

    it('sums what is said of aspects by hour and day, and takes it back with the mention', async () => {
      const said = (aspect: string, label: AspectLabel) => ({ aspect, label, confidence: 0.5 })
      const at = { createdAt: Date.UTC(2025, 2, 12, 3, 30), terms: [{ term: 'ceviche', kind: 'dish' }] } as const
      const first = aMention({
        ...{ postId: 'p', region: '15', author: 'x', ...at },
        aspects: [said('food', 'positive'), said('price', 'negative')],
      })
      const edited = aMention({ ...first, revision: 2, aspects: [said('food', 'neutral')] })
      const other = aMention({ postId: 'q', author: 'y', ...at, terms: [], aspects: [said('food', 'negative')] })
      const repost = aMention({ ...other, postId: 'r', repostOf: 'q' })
      const undo = { ...first, sign: -1 }
      const none = aMention({ postId: 's', ...at })
      await store.write(mentionBlock('1', [first, other, repost, none]))
      await store.write(mentionBlock('2', [undo, edited]))
      await store.write(mentionBlock('2', [undo, edited]))
      const rows = (table: string) =>
        store.query(
          `SELECT aspect, term, region, toUnixTimestamp64Milli(start) AS at, mentions, reposts, negative, neutral,
             positive, authors FROM ${table} WHERE mentions != 0 OR reposts != 0 ORDER BY aspect, term, region`,
        )
      const sums = { mentions: 1, reposts: 0, negative: 0, neutral: 1, positive: 0, authors: 1 }
      for (const [table, start] of [
        ['aspects_by_hour_view', Date.UTC(2025, 2, 12, 3)],
        ['aspects_by_day_view', Date.UTC(2025, 2, 11, 5)],
      ] as const)
        expect(await rows(table)).toEqual([
          {
            aspect: 'food',
            term: '*',
            region: '*',
            at: start,
            ...sums,
            mentions: 2,
            reposts: 1,
            negative: 1,
            authors: 2,
          },
          { aspect: 'food', term: '*', region: '15', at: start, ...sums },
          { aspect: 'food', term: 'ceviche', region: '*', at: start, ...sums },
          { aspect: 'food', term: 'ceviche', region: '15', at: start, ...sums },
        ])
      expect(await store.query("SELECT postId, aspects FROM current_mentions WHERE postId = 'p'")).toEqual([
        { postId: 'p', aspects: [{ aspect: 'food', label: 'neutral', confidence: 0.5 }] },
      ])
    })

    it('shows as current what still stands', async () => {
      const first = aMention({ postId: 'p', revision: 1, text: 'first' })
      const second = aMention({ postId: 'p', revision: 2, text: 'second' })
      const gone = aMention({ postId: 'q' })
      const again = aMention({ postId: 'r' })
      const undo = (mention: Mention): Mention => ({ ...mention, sign: -1 })
      await store.write(mentionBlock('1', [first, gone, again, aMention({ postId: 's' })]))
      await store.write(mentionBlock('2', [undo(first), second, undo(gone), undo(again), again]))
      expect(await store.query('SELECT postId, revision FROM current_mentions ORDER BY postId')).toEqual([
        { postId: 'p', revision: 2 },
        { postId: 'r', revision: 1 },
        { postId: 's', revision: 1 },
      ])
    })

    it('erases for good what was taken back, and nothing that stands', async () => {
      const gone = aMention({ postId: "o'gone", text: 'gone for good' })
      const stands = aMention({ postId: 'stands' })
      const mentions = [gone, stands, { ...gone, sign: -1 }]
      await store.write(mentionBlock('1', mentions))
      await store.erase([gone.postId, stands.postId])
      expect(await store.query('SELECT postId FROM mentions')).toEqual([{ postId: 'stands' }])
      await store.write(mentionBlock('1', mentions))
      expect(await store.query('SELECT postId FROM mentions')).toEqual([{ postId: 'stands' }])
      await expectRollups(store, mentions)
    })

    it('erases a mention and its retraction together, in whatever parts they stand', async () => {
      const gone = Array.from({ length: 20 }, (_, at) => aMention({ postId: `gone-${at}` }))
      for (const [at, mention] of gone.entries()) {
        await store.write(mentionBlock(`added-${at}`, [mention]))
        await store.write(mentionBlock(`taken-back-${at}`, [{ ...mention, sign: -1 }]))
        await store.erase([mention.postId])
        const sql = 'SELECT count() AS rows FROM mentions WHERE postId = {post:String}'
        expect(await store.query(sql, { params: { post: mention.postId } })).toEqual([{ rows: 0 }])
      }
    })

    it('erases the values of dead letters of these posts, and no letter', async () => {
      const letter = (key: string | null, value: string, offset: number): Row => ({
        ...{ stage: 's', reason: 'invalid', detail: '', topic: 'posts', partition: 0, file: null, line: null },
        ...{ timestamp: 0, bytes: value.length, replays: 0, key, value, offset },
      })
      const rows = [
        letter('p', 'a text', 1),
        letter(null, '{"postId":"p"}', 2),
        letter(null, '{"reviewId":"p","text":"another"}', 3),
        letter('pp', 'of somebody else', 4),
        letter(null, '{"postId":"pp"', 5),
      ]
      await store.write({ table: 'dead_letters', token: 'erased', rows })
      await store.erase(['p'])
      const sql =
        "SELECT offset FROM dead_letters WHERE topic = 'posts' AND stage = 's' AND value IS NOT NULL ORDER BY offset"
      expect(await store.query(sql)).toEqual([{ offset: 4 }, { offset: 5 }])
      expect(await store.query("SELECT count() AS letters FROM dead_letters WHERE stage = 's'")).toEqual([
        { letters: 5 },
      ])
    })

    it('replaces early results of a window by later ones and keeps its one final', async () => {
      const early = aTrend({ revision: 1, isFinal: false, mentions: 1 })
      const final = aTrend({ revision: 3, isFinal: true, mentions: 3 })
      await store.write({ table: 'trends', token: 't1', rows: trendRows([early]) })
      expect(await store.query('SELECT mentions FROM trends_final')).toEqual([])
      await store.write({ table: 'trends', token: 't2', rows: trendRows([aTrend({ ...early, revision: 2 }), final]) })
      await store.write({ table: 'trends', token: 't1', rows: trendRows([early]) })
      expect(await store.query('SELECT mentions, isFinal FROM trends_latest')).toEqual([{ mentions: 3, isFinal: true }])
      expect(await store.query('SELECT mentions FROM trends_final')).toEqual([{ mentions: 3 }])
    })

    it('gives back every cell as it was: bytes, nulls, quotes, large numbers, instants', async () => {
      const letter = {
        stage: "it's\n`a`\\",
        reason: 'invalid',
        detail: 'ñandú 🌶️ '.repeat(20),
        topic: 'posts',
        partition: null,
        offset: 2n ** 60n,
        file: 'f',
        line: Number.MAX_SAFE_INTEGER,
        timestamp: 1_234_567_890_123,
        key: null,
        value: new Uint8Array([0, 255, 10, 9, 92]),
        bytes: 5,
        replays: 0,
      }
      await store.write({ table: 'dead_letters', token: 'd', rows: [letter] })
      const sql =
        'SELECT * EXCEPT (value, timestamp), hex(value) AS hex, toUnixTimestamp64Milli(timestamp) AS at FROM dead_letters'
      const { value: _, timestamp, ...rest } = letter
      expect(await store.query(sql)).toEqual([{ ...rest, offset: String(2n ** 60n), hex: '00FF0A095C', at: timestamp }])
    })

    it('takes 100,000 rows as one block', async () => {
      const rows: Row[] = trendRows(Array.from({ length: 100_000 }, (_, at) => aTrend({ start: at * 60_000 })))
      for (let attempt = 0; attempt < 2; attempt++) await store.write({ table: 'trends', token: 'large', rows })
      expect(await store.query('SELECT count() AS rows, sum(mentions) AS sum FROM trends')).toEqual([
        { rows: 100_000, sum: rows.reduce((sum, row) => sum + Number(row.mentions), 0) },
      ])
    })

    it('names table, column and row of what it cannot store', async () => {
      const write = (table: string, rows: Row[]) => store.write({ table, rows, token: 'bad' })
      await expect(write('nothing', [{ a: 1 }])).rejects.toThrow(/no table nothing/)
      await expect(write('trends', [{ nope: 1 }])).rejects.toThrow(/table trends has no column nope/)
      await expect(write('trends', [{ term: 'a' }, { term: 5 }])).rejects.toThrow(
        /trends, column term, row 1: 5 is no text/,
      )
      await expect(write('trends', [{ mentions: 2 ** 31 }])).rejects.toThrow(
        /column mentions, row 0: 2147483648 is no Int32/,
      )
      await expect(write('trends', [{ term: 'a' }, { term: 'a', kind: 'b' }])).rejects.toThrow(
        /row 1 has the columns term,kind/,
      )
    })

    it('never reads a parameter as SQL', async () => {
      const text = "'; DROP TABLE mentions; -- \\' \t\n{x:String}"
      const params = { text, list: ["a'b", '\\'], none: null, large: 2n ** 63n, map: { "k'": 1 } }
      const sql =
        'SELECT {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(String)} AS none, {large:UInt64} AS large, {map:Map(String, UInt8)} AS map'
      expect(await store.query(sql, { params })).toEqual([{ ...params, large: String(2n ** 63n) }])
    })

    it('gives 64-bit numbers as numbers where they fit, else as texts', async () => {
      const sql = 'SELECT toUInt64(9007199254740991) AS fits, toInt64(-9007199254740993) AS not, [toUInt64(1)] AS list'
      expect(await store.query(sql)).toEqual([{ fits: 9007199254740991, not: '-9007199254740993', list: [1] }])
    })

    it('answers in the format that is asked for, or that the query names', async () => {
      const text = async (sql: string) => Buffer.from(await store.queryRaw(sql, 'CSV')).toString()
      expect(await text("SELECT 1 AS a, 'x' AS b")).toBe('1,"x"\n')
      expect(await text("SELECT 1 AS a, 'x' AS b FORMAT JSONEachRow")).toBe('{"a":1,"b":"x"}\n')
      expect(await text('SELECT 1 WHERE 0')).toBe('')
    })

    it('lets no query write', async () => {
      for (const sql of ['DROP TABLE mentions', 'INSERT INTO mentions (postId) VALUES (1)', 'TRUNCATE TABLE mentions'])
        await expect(store.query(sql)).rejects.toMatchObject({ name: 'AnalyticsError', code: 164, type: 'READONLY' })
    })

    it('reports errors with the code and the name that ClickHouse gives them', async () => {
      const error = { name: 'AnalyticsError', code: 60, type: 'UNKNOWN_TABLE' }
      await expect(store.query('SELECT * FROM nowhere')).rejects.toMatchObject(error)
    })

    it('gives a query up when its time is over', async () => {
      const endless = 'SELECT count() FROM system.numbers WHERE NOT ignore(number)'
      await expect(store.query(endless, { timeout: 50 })).rejects.toMatchObject({ code: 159, type: 'TIMEOUT_EXCEEDED' })
    })

    it('runs queries beside each other and beside writes', async () => {
      const writes = [0, 1, 2].map((at) => store.write(mentionBlock(`m-${at}`, someMentions(50, at * 50))))
      const queries = Array.from({ length: 20 }, (_, x) => store.query('SELECT {x:UInt8} AS x', { params: { x } }))
      await Promise.all(writes)
      expect(await Promise.all(queries)).toEqual(Array.from({ length: 20 }, (_, x) => [{ x }]))
      await expectRollups(store, someMentions(150))
    })
  })
}
