import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { PatientStore } from '../../streams/app/patient-store.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { startChild } from '../support/child.js'
import { ClickHouseServer } from '../support/clickhouse-server.js'
import { mentionBlock, mentionsOfBlock } from '../support/mention-blocks.js'
import { rollupOf } from '../support/rollup-oracle.js'
import { readRollup, sorted } from '../support/rollups.js'
import { scratchFolder } from '../support/scratch.js'
import { turns } from '../support/turns.js'

/** When to kill: after so many blocks, so many turns of the loop into the next. */
const anyMoment = fc.record({ blocks: fc.integer({ min: 0, max: 2 }), later: fc.integer({ min: 0, max: 20_000 }) })

/** The table and its roll-ups hold the first blocks, each of them once. */
async function expectBlocks(store: AnalyticsStore, blocks: number): Promise<void> {
  const mentions = Array.from({ length: blocks }, (_, block) => mentionsOfBlock(block)).flat()
  const [sums] = await store.query('SELECT count() AS rows, sum(sign) AS sum, uniqExact(postId) AS posts FROM mentions')
  expect(sums).toEqual({
    rows: mentions.length,
    sum: mentions.reduce((sum, { sign }) => sum + sign, 0),
    posts: mentions.length,
  })
  for (const size of ['minute', 'hour', 'day'] as const)
    expect(await readRollup(store, size)).toEqual(sorted(rollupOf(mentions, size)))
}

describe('invariant 5: a retried write changes nothing', () => {
  it('holds for tables and roll-ups when the writer is killed at any moment and writes its last block again', async () => {
    const scratch = scratchFolder()
    let next = 0
    for (const { blocks, later } of fc.sample(anyMoment, { numRuns: 10, seed: 7 })) {
      const child = startChild('./block-writer.js', [scratch.dir, String(next)])
      for (let begun = 0; begun <= blocks; begun++) next = Number(await child.line())
      await turns(later)
      await child.end('SIGKILL')
      for (let line = await child.line(); line !== undefined; line = await child.line()) next = Number(line)
    }

    const store = await openEmbeddedStore({ dir: scratch.dir })
    await store.write(mentionBlock(next))
    await expectBlocks(store, next + 1)
    await store.close()
    scratch.remove()
  })

  it('holds when the server is killed at any moment and the writer only waits for it', async () => {
    const server = await ClickHouseServer.start()
    const store = server.open()
    const stop = new AbortController()
    const patient = new PatientStore(store, systemClock, { failed: () => {}, works: () => {} }, stop.signal)
    await (await patient.begin()).migrated
    let next = 0
    for (const { blocks, later } of fc.sample(anyMoment, { numRuns: 10, seed: 11 })) {
      for (let written = 0; written < blocks; written++) await patient.write(mentionBlock(next++))
      const hit = patient.write(mentionBlock(next++))
      await turns(later)
      await server.kill()
      await server.start()
      await hit
    }
    await expectBlocks(store, next)
    stop.abort()
    await store.close()
    await server.remove()
  })
})
