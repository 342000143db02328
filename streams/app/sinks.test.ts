import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Mention } from '../../schemas/mention.js'
import { mentions } from '../../schemas/topics.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow } from '../../sinks/clickhouse/rows.js'
import { aMention } from '../../tests/support/records.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { readConfig } from '../config.js'
import { noHeaders } from '../engine/record.js'
import { partition } from '../engine/topic.js'
import { type Foundation, openFoundation } from './foundation.js'
import { sinkMappings } from './sinks.js'

const score = {
  label: 'positive',
  confidence: 0.75,
  negative: 0.125,
  neutral: 0.125,
  positive: 0.75,
  sure: true,
  model: 'm@1',
} as const

/** Mentions with and without everything that may be missing. */
const given = Array.from(
  { length: 300 },
  (_, at): Mention =>
    aMention({
      postId: `post-${at}`,
      sign: at % 10 === 0 ? -1 : 1,
      text: at % 3 === 0 ? '' : 'ñandú 🌶️ '.repeat(at % 20),
      createdAt: 1_600_000_000_000 + at,
      language: at % 4 === 0 ? null : at % 4 === 1 ? '' : 'es',
      region: at % 5 === 0 ? null : `${at % 25}`,
      terms: Array.from({ length: at % 4 }, (__, term) => ({ term: `t${at + term}`, kind: 'dish' as const })),
      repostOf: at % 3 === 0 ? `post-${at - 1}` : null,
      stars: at % 7 === 0 ? 4.5 : null,
      sentiment: at % 2 === 0 ? null : { ...score, confidence: at / 512 },
      url: at % 6 === 0 ? `https://example.org/${at}` : null,
    }),
)

describe('the sink of mentions', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  let foundation: Foundation
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: `${scratch.dir}/clickhouse` })
    await store.migrate()
    foundation = await openFoundation(readConfig({ dataDir: scratch.dir }, {}))
  })
  afterAll(async () => {
    await foundation.close()
    await store.close()
    scratch.remove()
  })

  const rowsWritten = () =>
    store.query<{ readonly terms: unknown }>(
      'SELECT * EXCEPT (partition, offset), toUnixTimestamp64Milli(createdAt) AS createdAt FROM mentions ORDER BY createdAt',
    )

  /** Writes a block of these mentions as the sink makes it, and gives the rows. */
  async function carried(some: readonly Mention[], token: string) {
    const { serdes } = foundation
    const builder = sinkMappings(serdes).get(mentions.name)?.begin(some.length)
    if (builder === undefined) throw new Error('mentions have no sink')
    const serde = serdes.forTopic(mentions)
    const { log } = foundation.backend
    const at = { topic: mentions.name, partition: partition(0) }
    const { end } = await log.bounds(at)
    await log.append(
      some.map((mention) => ({
        ...at,
        ...{ key: null, value: serde.encode(mention), timestamp: mention.createdAt, headers: noHeaders },
      })),
    )
    const [fetched] = await log.fetch([{ at, from: end }], { records: 1_000, bytes: 1e6 })
    for (const batch of fetched?.batches ?? []) builder.add(batch, batch.length)
    const block = builder.block(token)
    if (block !== null) await store.write(block)
    return rowsWritten()
  }

  it('gives the rows that mentions have, column by column', async () => {
    await store.write({ table: 'mentions', token: 'rows', rows: given.map((one) => mentionRow(one)) })
    const expected = await rowsWritten()
    expect(expected.length).toBe(given.length)
    await store.executor.execute('TRUNCATE TABLE pulso.mentions')
    expect(await carried(given, 'columns')).toEqual(expected)
  })

  it('tells where each mention stands in the topic, and of those that were written without a place that there is none', async () => {
    await store.executor.execute('TRUNCATE TABLE pulso.mentions')
    const { log } = foundation.backend
    const at = { topic: mentions.name, partition: partition(0) }
    const { end } = await log.bounds(at)
    await carried(given.slice(0, 3), 'placed')
    await store.write({ table: 'mentions', token: 'unplaced', rows: [mentionRow(aMention({ postId: 'unplaced' }))] })
    const placed = await store.query(
      'SELECT postId, partition, toInt32(offset) AS offset FROM mentions ORDER BY offset',
    )
    expect(placed).toEqual([
      { postId: 'unplaced', partition: -1, offset: -1 },
      ...given.slice(0, 3).map(({ postId }, index) => ({ postId, partition: 0, offset: end + index })),
    ])
  })

  it('gives a block in which no mention has a term', async () => {
    await store.executor.execute('TRUNCATE TABLE pulso.mentions')
    const rows = await carried([aMention({ terms: [] })], 'no terms')
    expect(rows.map(({ terms }) => terms)).toEqual([[]])
  })
})
