import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ClickHouseServer } from '../../tests/support/clickhouse-server.js'
import { mentionBlock, mentionsOfBlock } from '../../tests/support/mention-blocks.js'
import { rollupOf } from '../../tests/support/rollup-oracle.js'
import { readRollup, sorted } from '../../tests/support/rollups.js'
import { tlsProxy } from '../../tests/support/tls-proxy.js'
import { failureOf } from './server/failure.js'
import { openServerStore } from './server-store.js'

let server: ClickHouseServer
beforeAll(async () => {
  server = await ClickHouseServer.start()
})
afterAll(() => server.remove())

/** What a store of these options fails with when it is migrated. */
async function refusal(options: Parameters<ClickHouseServer['open']>[0]): Promise<Error> {
  const store = server.open(options)
  const error = await store.migrate().then(
    () => new Error('it was taken'),
    (thrown: Error) => thrown,
  )
  await store.close()
  return error
}

/** Stands before the server, and keeps what the last insert came with. */
async function listeningProxy() {
  const seen = { headers: {} as IncomingHttpHeaders, bytes: 0 }
  const proxy = createServer((incoming, answer) => {
    const isInsert = incoming.url?.includes('FORMAT+Native') ?? false
    if (isInsert) Object.assign(seen, { headers: incoming.headers, bytes: 0 })
    incoming.on('data', (chunk: Buffer) => {
      if (isInsert) seen.bytes += chunk.length
    })
    const { method, headers, url = '/' } = incoming
    const on = request(new URL(url, server.url), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    incoming.pipe(on)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return { url, seen, close: () => new Promise((resolve) => proxy.close(resolve)) }
}

describe('a store on a ClickHouse server', () => {
  it('has its tables and roll-ups in the database that it was given, and in no other', async () => {
    const store = server.open({ database: 'of_others' })
    await store.migrate()
    await store.write(mentionBlock(1))
    await store.write(mentionBlock(1))
    for (const size of ['minute', 'hour', 'day'] as const)
      expect(await readRollup(store, size)).toEqual(sorted(rollupOf(mentionsOfBlock(1), size)))
    await store.erase(mentionsOfBlock(1).map(({ postId }) => postId))
    expect(await server.execute("SELECT name FROM system.databases WHERE name IN ('of_others', 'pulso')")).toBe(
      'of_others\n',
    )
    await store.close()
  })

  it('is sent blocks compressed as LZ4', async () => {
    const proxy = await listeningProxy()
    const store = server.open({ url: proxy.url })
    await store.migrate()
    const block = mentionBlock(2)
    await store.write(block)
    expect(proxy.seen.headers['content-encoding']).toBe('lz4')
    expect(proxy.seen.bytes).toBeLessThan(JSON.stringify(block.rows).length / 5)
    await store.close()
    await proxy.close()
  })

  it('is refused with a wrong password, with the settings that hold it', async () => {
    const error = await refusal({ password: 'wrong' })
    expect(error).toMatchObject({ code: 516, type: 'AUTHENTICATION_FAILED' })
    expect(failureOf(error)).toMatchObject({
      kind: 'refused',
      remedy: expect.stringContaining('PULSO_CLICKHOUSE_PASSWORD'),
    })
  })

  it('is refused for a user who may only read, before anything is written', async () => {
    await server.stop()
    await server.start({ reading: true })
    const error = await refusal({ database: 'unwritten' })
    expect(error.message).toMatch(/the user may not change .*insert_deduplication_token/)
    expect(failureOf(error).kind).toBe('refused')
    await server.stop()
    await server.start()
  })

  it('is refused where somebody made a table that forgets its blocks, with the statement that mends it', async () => {
    const store = server.open()
    await store.migrate()
    await server.execute('ALTER TABLE pulso.trends_by_day MODIFY SETTING non_replicated_deduplication_window = 0')
    const error = await refusal({})
    expect(failureOf(error).kind).toBe('refused')
    await server.execute(/(ALTER TABLE .*trends_by_day.*)$/.exec(error.message)?.[1] ?? '')
    expect(await store.examine()).toEqual({ version: expect.stringMatching(/^\d+\.\d+/), user: 'default' })
    await store.close()
  })

  it('says which address does not answer', async () => {
    const error = await refusal({ url: 'http://127.0.0.1:1' })
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:1 gives no answer of ClickHouse: .*ECONNREFUSED/)
    expect(failureOf(error).kind).toBe('unavailable')
  })

  it('takes the answer of a proxy whose server is away for what it is', async () => {
    const proxy = createServer((_, response) => response.writeHead(502).end('<html>Bad Gateway</html>'))
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const error = await refusal({ url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` })
    expect(error.message).toContain('Bad Gateway')
    expect(failureOf(error).kind).toBe('unavailable')
    await new Promise((resolve) => proxy.close(resolve))
  })

  it('is asked over TLS with the certificate that it was given, and with no other', async () => {
    const proxy = await tlsProxy(Number(new URL(server.url).port))
    const trusting = openServerStore({ url: proxy.url, password: 'secret', ca: proxy.ca })
    expect(await trusting.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await trusting.close()
    const error = await refusal({ url: proxy.url })
    expect(error.message).toMatch(/the certificate of https:.* is not accepted/)
    expect(failureOf(error)).toMatchObject({ kind: 'refused', remedy: expect.stringContaining('PULSO_CLICKHOUSE_CA') })
    await proxy.close()
  })
})
