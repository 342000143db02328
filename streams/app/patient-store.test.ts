import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { ServerStore } from '../../sinks/clickhouse/server-store.js'
import { ClickHouseServer } from '../../tests/support/clickhouse-server.js'
import { mentionBlock, mentionsOfBlock } from '../../tests/support/mention-blocks.js'
import { rollupOf } from '../../tests/support/rollup-oracle.js'
import { readRollup, sorted } from '../../tests/support/rollups.js'
import { systemClock } from '../runtime/clock.js'
import { type Outage, PatientStore } from './patient-store.js'

let server: ClickHouseServer
let store: ServerStore
let stop: AbortController
let told: (Outage | 'works')[]
let listeners: (() => void)[]

beforeEach(async () => {
  server = await ClickHouseServer.start()
  store = server.open({ timeout: 10_000 })
  stop = new AbortController()
  told = []
  listeners = []
})
afterEach(async () => {
  stop.abort()
  await store.close()
  await server.remove()
})

function patience(): PatientStore {
  const take = (what: Outage | 'works') => {
    told.push(what)
    for (const listener of listeners.splice(0)) listener()
  }
  return new PatientStore(store, systemClock, { failed: take, works: () => take('works') }, stop.signal)
}

/** Waits until an outage of such a message was told. */
async function outage(message: RegExp): Promise<Outage> {
  for (;;) {
    const last = told.at(-1)
    if (last !== undefined && last !== 'works' && message.test(last.message)) return last
    await new Promise<void>((resolve) => listeners.push(resolve))
  }
}

/** The tables and roll-ups hold the blocks, each once. */
async function expectBlocks(...blocks: readonly number[]): Promise<void> {
  const mentions = blocks.flatMap(mentionsOfBlock)
  expect(await store.query('SELECT count() AS rows FROM mentions')).toEqual([{ rows: mentions.length }])
  expect(await readRollup(store, 'day')).toEqual(sorted(rollupOf(mentions, 'day')))
}

/** A store that took one block. */
async function begun(): Promise<PatientStore> {
  const patient = patience()
  const { migrated } = await patient.begin()
  await migrated
  await patient.write(mentionBlock(0))
  return patient
}

describe('a store that may be away', () => {
  it('makes its tables once the server answers, and takes what waited', async () => {
    await server.kill()
    const patient = patience()
    const { migrated } = await patient.begin()
    expect(told).toEqual([{ message: expect.stringContaining('gives no answer'), attempt: 1, table: null }])
    const written = patient.write(mentionBlock(0))
    await server.start()
    await migrated
    await written
    expect(told.at(-1)).toBe('works')
    await expectBlocks(0)
  })

  it('refuses to begin where the server answers and refuses, and says the remedy', async () => {
    await server.stop()
    await server.start({ password: 'another' })
    await expect(patience().begin()).rejects.toThrow(/AUTHENTICATION_FAILED, code 516\): set PULSO_CLICKHOUSE_USER/)
    expect(told).toEqual([])
  })

  it('keeps blocks in their order through an outage, writes each once, and tells of each attempt', async () => {
    const patient = await begun()
    await server.kill()
    const written = [1, 2].map((block) => patient.write(mentionBlock(block)))
    expect((await outage(/gives no answer/)).table).toBe('mentions')
    await server.start()
    await Promise.all(written)
    const attempts = told.slice(1, -1).map((what) => (what === 'works' ? 0 : what.attempt))
    expect(attempts).toEqual(attempts.map((_, at) => at + 1))
    expect(told.at(-1)).toBe('works')
    await expectBlocks(0, 1, 2)
  })

  it('waits for room on the disk of the server', async () => {
    const patient = await begun()
    const setting = 'min_free_disk_bytes_to_perform_insert'
    await server.execute(`ALTER TABLE pulso.mentions MODIFY SETTING ${setting} = ${1e15}`)
    const written = patient.write(mentionBlock(1))
    await outage(/NOT_ENOUGH_SPACE, code 243\): make room/)
    await server.execute(`ALTER TABLE pulso.mentions RESET SETTING ${setting}`)
    await written
    await expectBlocks(0, 1)
  })

  it('waits for merges where a roll-up has too many parts, after its table took the block already', async () => {
    const patient = await begun()
    await server.execute('SYSTEM STOP MERGES pulso.trends_by_day')
    await server.execute(
      'ALTER TABLE pulso.trends_by_day MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 0',
    )
    const written = patient.write(mentionBlock(1))
    await outage(/TOO_MANY_PARTS, code 252\): wait for the merges/)
    await server.execute('ALTER TABLE pulso.trends_by_day RESET SETTING parts_to_throw_insert, parts_to_delay_insert')
    await server.execute('SYSTEM START MERGES pulso.trends_by_day')
    await written
    await expectBlocks(0, 1)
  })

  it('waits for a password that was changed at the server, and says so', async () => {
    const patient = await begun()
    await server.stop()
    await server.start({ password: 'another' })
    const written = patient.write(mentionBlock(1))
    await outage(/AUTHENTICATION_FAILED.*set PULSO_CLICKHOUSE_USER/)
    await server.stop()
    await server.start()
    await written
    await expectBlocks(0, 1)
  })

  it('waits for the right to write, and says so', async () => {
    const patient = await begun()
    await server.stop()
    await server.start({ reading: true })
    const written = patient.write(mentionBlock(1))
    await outage(/READONLY|may not change/)
    await server.stop()
    await server.start()
    await written
    await expectBlocks(0, 1)
  })

  it('throws what no server will ever take, and goes on with the next', async () => {
    const patient = await begun()
    await expect(patient.write({ ...mentionBlock(1), table: 'nowhere' })).rejects.toThrow(/no table nowhere/)
    await expect(patient.write({ ...mentionBlock(1), token: mentionBlock(0).token })).rejects.toThrow(/other rows/)
    await patient.write(mentionBlock(1))
    expect(told).toEqual(['works'])
  })

  it('ends at once when it is stopped in an outage', async () => {
    const patient = await begun()
    await server.kill()
    const written = patient.write(mentionBlock(1))
    await outage(/gives no answer/)
    stop.abort()
    await expect(written).rejects.toThrow(/stopped while the analytics store was away/)
    await patient.watch()
  })
})
