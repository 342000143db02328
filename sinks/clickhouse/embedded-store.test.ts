import { once } from 'node:events'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startChild } from '../../tests/support/child.js'
import { aMention } from '../../tests/support/records.js'
import { rollupOf } from '../../tests/support/rollup-oracle.js'
import { readRollup, sorted } from '../../tests/support/rollups.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { type EmbeddedStore, type EmbeddedStoreOptions, openEmbeddedStore } from './embedded-store.js'
import { readMigrations } from './migrate.js'
import { remoteStore } from './remote-store.js'
import { mentionRow } from './rows.js'

const day = 86_400_000

describe('the embedded analytics store', () => {
  let scratch: ReturnType<typeof scratchFolder>
  beforeEach(() => {
    scratch = scratchFolder()
  })
  const opened = new Set<EmbeddedStore>()
  afterEach(async () => {
    for (const store of opened) await close(store)
    scratch.remove()
  })
  const open = async (options: Omit<EmbeddedStoreOptions, 'dir'> = {}): Promise<EmbeddedStore> => {
    const store = await openEmbeddedStore({ ...options, dir: scratch.dir })
    opened.add(store)
    return store
  }
  const close = (store: EmbeddedStore): Promise<void> => {
    opened.delete(store)
    return store.close()
  }

  const mentions = ['a', 'b', 'c'].map((postId) => aMention({ postId }))
  const block = { table: 'mentions', token: 'block', rows: mentions.map((one) => mentionRow(one)) }

  /** Folders of the newest parts, by table. */
  async function newestParts(): Promise<ReadonlyMap<string, string>> {
    const store = await open()
    const rows = await store.query<{ table: string; path: string }>(
      "SELECT table, argMax(path, max_block_number) AS path FROM system.parts WHERE database = 'pulso' AND active GROUP BY table",
    )
    await close(store)
    return new Map(rows.map(({ table, path }) => [table, path]))
  }

  it.each(['mentions', 'trends_by_minute', 'trends_by_hour', 'trends_by_day'])(
    'writes the block again into %s when the process was killed after its token was noted and before its part was there',
    async (table) => {
      const store = await open()
      await store.migrate()
      await store.write({ ...block, token: 'before', rows: block.rows.slice(0, 1) })
      await store.write(block)
      await close(store)
      rmSync((await newestParts()).get(table) ?? '', { recursive: true })

      const again = await open()
      await again.write(block)
      const all = [...mentions.slice(0, 1), ...mentions]
      expect(await again.query('SELECT count() AS rows FROM mentions')).toEqual([{ rows: all.length }])
      for (const size of ['minute', 'hour', 'day'] as const)
        expect(await readRollup(again, size)).toEqual(sorted(rollupOf(all, size)))
      await close(again)
    },
  )

  it('belongs to one process, and to one opening of it, at a time', async () => {
    const { dir } = scratch
    const store = await open()
    await expect(open()).rejects.toThrow(new RegExp(`in use by process ${process.pid}`))
    await close(store)

    const child = startChild('./clickhouse-process.js', [dir])
    await child.line()
    await expect(open()).rejects.toThrow(new RegExp(`in use by process ${child.process.pid}`))
    expect(await child.end('SIGTERM')).toBe(0)
    await close(await open())
  })

  const blocksInMemory = () => readdirSync('/dev/shm').filter((name) => name.startsWith('pulso-blocks-'))

  it('takes over what a killed process left', async () => {
    const { dir } = scratch
    const child = startChild('./clickhouse-process.js', [dir])
    await child.line()
    await child.end('SIGKILL')
    const left = blocksInMemory().filter((name) => name.startsWith(`pulso-blocks-${child.process.pid}-`))
    expect(left).toHaveLength(1)
    expect(readdirSync(dir)).toContain('pulso.lock')
    await close(await open())
    expect(readdirSync(dir)).not.toContain('pulso.lock')
    expect(blocksInMemory()).not.toContain(left[0])
  })

  it('takes over a lock whose process number belongs to another process by now', async () => {
    const { dir } = scratch
    writeFileSync(join(dir, 'pulso.lock'), `${process.pid} 1\n`)
    await close(await open())
  })

  it('works in a worker thread, which ends without a trace', async () => {
    const { port1, port2 } = new MessageChannel()
    const module = new URL('../../tests/support/analytics-worker.js', import.meta.url)
    const worker = new Worker(module, { workerData: { dir: scratch.dir, port: port2 }, transferList: [port2] })
    const store = remoteStore(port1)
    await store.migrate()
    await store.write(block)
    expect(await store.query('SELECT count() AS rows FROM mentions')).toEqual([{ rows: 3 }])
    const unanswered = store.query('SELECT max(sipHash64(number)) FROM numbers(20000000)')
    await store.close()
    await expect(unanswered).rejects.toThrow(/the analytics store is closed/)
    const [code] = await once(worker, 'exit')
    expect(code).toBe(0)
  })

  it('refuses migrations that were edited after they were applied', async () => {
    const store = await open()
    await store.migrate()
    await close(store)
    const migrations = readMigrations().map((migration) =>
      migration.version === 2 ? { ...migration, checksum: 'edited' } : migration,
    )
    const edited = await open({ migrations })
    await expect(edited.migrate()).rejects.toThrow(/migration 2 \(results\).*must never be edited/)
    await close(edited)
  })

  it('repeats a migration that was cut off', async () => {
    const cutOff = await open({
      migrations: readMigrations().map((migration) =>
        migration.version === 3
          ? { ...migration, statements: [...migration.statements.slice(0, 4), 'SELECT * FROM pulso.cut_off'] }
          : migration,
      ),
    })
    await expect(cutOff.migrate()).rejects.toThrow(/cut_off/)
    await close(cutOff)
    const store = await open()
    expect(await store.migrate()).toEqual({ from: 2, to: readMigrations().length })
    await close(store)
  })

  it('numbers its migrations without a gap, and each can run twice', () => {
    const migrations = readMigrations()
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
    for (const { statements } of migrations)
      for (const statement of statements) expect(statement).toMatch(/IF (NOT )?EXISTS|MATERIALIZE COLUMN/)
  })

  it('knows the words of what was written before there was a column of them', async () => {
    const older = await open({ migrations: readMigrations().filter(({ version }) => version < 14) })
    await older.migrate()
    await older.write({
      ...block,
      rows: [mentionRow(aMention({ postId: 'old', text: '¡El CHUÑO, #chuño y el chuño!' }))],
    })
    await close(older)
    const store = await open()
    await store.migrate()
    await store.write({ ...block, token: 'new', rows: [mentionRow(aMention({ postId: 'new', text: 'Pingüinos' }))] })
    expect(await store.query('SELECT postId, words FROM mentions ORDER BY postId')).toEqual([
      { postId: 'new', words: ['pinguinos'] },
      { postId: 'old', words: ['el', 'chuño', 'y'] },
    ])
    await close(store)
  })

  it('drops rows past their retention, when one is set, and only in that table', async () => {
    const store = await open({ retention: { mentions: 30 * day } })
    await store.migrate()
    const fresh = aMention({ postId: 'fresh', createdAt: Date.now() })
    await store.write({ ...block, rows: [...block.rows, mentionRow(fresh)] })
    await store.executor.execute('OPTIMIZE TABLE pulso.mentions FINAL')
    expect(await store.query('SELECT postId FROM mentions')).toEqual([{ postId: 'fresh' }])
    expect(await store.query("SELECT count() > 1 AS kept FROM trends_by_day WHERE term = '*'")).toEqual([{ kept: 1 }])
    await close(store)

    const forEver = await open({ retention: {} })
    await forEver.migrate()
    await forEver.write({ ...block, token: 'later' })
    await forEver.executor.execute('OPTIMIZE TABLE pulso.mentions FINAL')
    expect(await forEver.query('SELECT count() AS rows FROM mentions')).toEqual([{ rows: 4 }])
    await close(forEver)
  })

  it('leaves no block in memory behind', async () => {
    const store = await open()
    await store.migrate()
    await store.write(block)
    await close(store)
    expect(blocksInMemory().filter((name) => name.startsWith(`pulso-blocks-${process.pid}-`))).toEqual([])
  })
})
