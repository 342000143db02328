import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../../tests/support/scratch.js'
import { type EmbeddedStore, openEmbeddedStore } from '../embedded-store.js'
import { isFromForeignPage, isLoopbackAddress } from './callers.js'
import { type ClickHouseHttp, type ClickHouseHttpOptions, clickhouseHttp } from './server.js'

describe('callers of the interface', () => {
  it.each(['localhost:8123', 'LOCALHOST', '127.0.0.1:8123', '127.1.2.3', '[::1]:8123', 'pulso.localhost'])(
    'are programs of this machine when they name it: %s',
    (host) => {
      expect(isFromForeignPage({ host })).toBe(false)
      expect(isFromForeignPage({ host, origin: 'http://localhost:3000' })).toBe(false)
    },
  )

  it.each([undefined, '', 'evil.example:8123', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', 'a b'])(
    'are pages of others when they name another: %s',
    (host) => {
      expect(isFromForeignPage(host === undefined ? {} : { host })).toBe(true)
    },
  )

  it.each(['http://evil.example', 'https://127.0.0.1.evil.example', 'null', ''])(
    'are pages of others when they come from there: %s',
    (origin) => {
      expect(isFromForeignPage({ host: 'localhost:8123', origin })).toBe(true)
    },
  )

  it('knows addresses that only this machine reaches', () => {
    expect(['127.0.0.1', '::1', 'localhost'].map(isLoopbackAddress)).toEqual([true, true, true])
    expect(['0.0.0.0', '::', '10.0.0.1', 'pulso.example'].map(isLoopbackAddress)).toEqual([false, false, false, false])
  })
})

describe("pages of other sites, before ClickHouse's HTTP interface", () => {
  const scratch = scratchFolder()
  const opened: ClickHouseHttp[] = []
  let store: EmbeddedStore
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    await store.migrate()
  })
  afterAll(async () => {
    for (const http of opened) await http.close()
    await store.close()
    scratch.remove()
  })

  const open = async (options: Partial<ClickHouseHttpOptions>) => {
    const http = await clickhouseHttp({ executor: store.executor, port: 0, ...options })
    opened.push(http)
    return (headers: Record<string, string>, query = 'SELECT 1') =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(
          `http://127.0.0.1:${http.port}/?query=${encodeURIComponent(query)}`,
          { method: 'POST', headers },
          (answer) => {
            answer.resume()
            answer.once('end', () => resolve(answer.statusCode))
          },
        )
        asked.once('error', reject)
        asked.end()
      })
  }

  it('do not read through a name that they led to this machine', async () => {
    const ask = await open({})
    expect(await ask({ Host: 'evil.example:8123' })).toBe(421)
    expect(await ask({})).toBe(200)
  })

  it('do not write from an origin of theirs', async () => {
    const ask = await open({ writable: true })
    const create = 'CREATE TABLE default.planted (x UInt8) ENGINE = Memory'
    expect(await ask({ Origin: 'http://evil.example' }, create)).toBe(421)
    expect(await ask({}, create)).toBe(200)
  })

  it('are let through to the password where one is asked for', async () => {
    const ask = await open({ password: 'secret' })
    const headers = { Host: 'clickhouse.example', Origin: 'http://grafana.example' }
    expect(await ask({ ...headers, 'X-ClickHouse-Key': 'wrong' })).not.toBe(421)
    expect(await ask({ ...headers, 'X-ClickHouse-Key': 'secret' })).toBe(200)
  })
})
