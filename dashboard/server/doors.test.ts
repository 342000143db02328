import { request } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { io, type Socket } from 'socket.io-client'
import type { LiveMessage } from '../../sinks/live/messages.js'
import { Replica } from '../../sinks/live/messages.js'
import type { LiveReply } from '../../sinks/live/socket.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { anHour } from '../../tests/support/live.js'
import { aMention } from '../../tests/support/records.js'
import { brokenStore, type Serving, startServer } from '../../tests/support/serving.js'
import type { OpenTrends, ServerOptions, Standing } from './options.js'

const now = 1_600_003_000_000
/** A store in which nothing was written yet. */
const emptyStore: AnalyticsStore = {
  ...brokenStore('nothing is written here'),
  query: async () => [],
  queryRaw: async () => new TextEncoder().encode(JSON.stringify([[], [], [], [], [], [], [], [], [], []])),
}

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function serve(options: Partial<ServerOptions> = {}): Promise<Serving> {
  const serving = await startServer(emptyStore, now, options)
  opened.push(serving)
  return serving
}

/** Asks with headers that `fetch` does not let one set. */
function ask(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

const post = (url: string, body: unknown, type = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })

const aPost = { postId: 'x:1', source: 'x', author: 'ana', text: '¡Qué rico!', createdAt: '2020-03-12T12:00:00-05:00' }

describe('the doors of the server', () => {
  it('answer under the names of this machine alone', async () => {
    const { url } = await serve()
    const { port } = new URL(url)
    expect(await ask(`${url}/healthz`, { host: `localhost:${port}` })).toBe(200)
    expect(await ask(`${url}/healthz`, { host: 'evil.example' })).toBe(421)
  })

  it('let no page run inline script, be framed, or guess types', async () => {
    const { url } = await serve()
    const { headers } = await fetch(`${url}/healthz`)
    expect(headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('ask who comes in, where a token is wanted', async () => {
    const { url } = await serve({ authorize: ({ headers }) => headers.authorization === 'Bearer right' })
    expect((await fetch(`${url}/api/v1/status`)).status).toBe(401)
    expect((await fetch(`${url}/api/v1/status`, { headers: { authorization: 'Bearer right' } })).status).toBe(200)
  })

  it('slow down an address that asks too much, and say for how long', async () => {
    const { url, time } = await serve()
    const statuses = await Promise.all(Array.from({ length: 210 }, () => fetch(`${url}/api/v1/regions`)))
    const refused = statuses.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    time.now += 1_000
    expect((await fetch(`${url}/api/v1/regions`)).status).toBe(200)
  })

  it('do not slow down the commands of the owner of the data folder', async () => {
    const { url } = await serve()
    const statuses = await Promise.all(
      Array.from({ length: 250 }, () => fetch(`${url}/api/v1/control/lag`, { method: 'POST' })),
    )
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([404]))
  })

  it('count requests by their pattern, never by what was asked', async () => {
    const { url } = await serve()
    await fetch(`${url}/api/v1/regions?secret=1`)
    await fetch(`${url}/nothing/secret`)
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('route="/api/v1/regions",status="200"')
    expect(text).not.toContain('secret')
  })

  it('describe every path of the API', async () => {
    const { url } = await serve()
    const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/trends', '/api/v1/terms/rising', '/api/v1/posts', '/api/v1/score', '/readyz']),
    )
  })

  it('say what stands of a post, or who knows', async () => {
    const said: Readonly<Record<string, Standing>> = {
      'x:1': { kind: 'standing', mention: aMention({ postId: 'x:1' }) },
      'x:2': { kind: 'deleted' },
      'x:3': { kind: 'elsewhere', address: 'http://worker-1:8080' },
      'x:4': { kind: 'moving' },
    }
    const { url } = await serve({ standing: async (postId) => said[postId] ?? { kind: 'unknown' } })
    const standing = async (postId: string) => {
      const { status, headers } = await fetch(`${url}/api/v1/posts/${postId}/standing`)
      return [status, headers.get('location'), headers.get('retry-after')]
    }
    const body = async (postId: string) => (await fetch(`${url}/api/v1/posts/${postId}/standing`)).json()
    expect(await body('x:1')).toMatchObject({ standing: { postId: 'x:1', revision: 1 } })
    expect(await body('x:2')).toEqual({ standing: null })
    expect(await standing('x:3')).toEqual([421, 'http://worker-1:8080/api/v1/posts/x:3/standing', null])
    expect(await standing('x:4')).toEqual([503, null, '1'])
    expect(await body('x:5')).toMatchObject({ type: 'urn:pulso:problem:unknown-post', status: 404 })
  })

  it('say what is counted so far of a term and region, or who knows', async () => {
    const open = {
      term: 'ceviche',
      kind: 'dish' as const,
      region: '15',
      window: 'minute' as const,
      start: 0,
      end: 60_000,
    }
    const sums = { mentions: 2, reposts: 0, negative: 1, neutral: 0, positive: 1, unsure: 0, authors: 2 }
    const counted = { ...sums, aspects: [{ aspect: 'price', mentions: 1, negative: 1, neutral: 0, positive: 0 }] }
    const said: Readonly<Record<string, OpenTrends>> = {
      '*': { kind: 'open', windows: [] },
      ceviche: { kind: 'open', windows: [{ ...open, ...counted, isFinal: false, revision: 3 }] },
      causa: { kind: 'elsewhere', address: 'http://worker-1:8080' },
      pisco: { kind: 'moving' },
      quinua: { kind: 'not-run' },
    }
    const { url } = await serve({ openTrends: async ({ term }) => said[term] ?? { kind: 'moving' } })
    const ask = async (query: string) => {
      const answer = await fetch(`${url}/api/v1/trends/open${query}`)
      return { status: answer.status, headers: answer.headers, body: await answer.json() }
    }
    expect((await ask('')).body).toEqual({ term: '*', kind: 'all', region: '*', windows: [] })
    expect((await ask('?term=ceviche&kind=dish&region=15')).body).toEqual({
      ...{ term: 'ceviche', kind: 'dish', region: '15' },
      windows: [{ ...open, ...counted, isFinal: false, revision: 3 }],
    })
    const elsewhere = await ask('?term=causa&kind=dish')
    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([
      421,
      'http://worker-1:8080/api/v1/trends/open?term=causa&kind=dish',
    ])
    const moving = await ask('?term=pisco&kind=ingredient')
    expect([moving.status, moving.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await ask('?term=quinua&kind=ingredient')).toMatchObject({
      status: 404,
      body: { remedy: expect.stringContaining('consumer-trends') },
    })
    for (const half of ['?term=causa', '?kind=dish', '?region=lima']) expect((await ask(half)).status).toBe(400)
  })

  it('say why the engine is not ready', async () => {
    const { url } = await serve({ notReady: () => ['the model is loading'] })
    const response = await fetch(`${url}/readyz`)
    expect([response.status, await response.json()]).toEqual([503, { ready: false, reasons: ['the model is loading'] }])
  })

  it('say that sentiment is off, and how it is switched on', async () => {
    const { url } = await serve()
    const response = await post(`${url}/api/v1/score`, { texts: ['hola'] })
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { remedy: expect.stringContaining('PULSO_SENTIMENT') },
    ])
  })
})

describe('records that come in over HTTP', () => {
  it('are refused with the remedy while the disk is full', async () => {
    const full = Object.assign(new Error('no room to write in /var/lib/pulso'), { name: 'StorageFull' })
    const { url, errors } = await serve({ ingest: () => Promise.reject(full) })
    const response = await post(`${url}/api/v1/posts`, aPost)
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      507,
      '10',
      expect.objectContaining({ type: 'urn:pulso:problem:storage-full', remedy: expect.stringContaining('Make room') }),
    ])
    expect(errors).toEqual([])
  })

  it('are accepted one by one: a bad one is named and holds up no other', async () => {
    const { url, ingested } = await serve()
    const response = await post(`${url}/api/v1/posts`, [
      aPost,
      { ...aPost, text: '' },
      { ...aPost, postId: 'x:2', likes: 3 },
    ])
    expect([response.status, await response.json()]).toEqual([
      202,
      {
        accepted: 2,
        rejected: [{ index: 1, reason: 'invalid', detail: expect.stringContaining('text: expected') }],
        ignored: ['likes'],
      },
    ])
    expect(ingested).toEqual([
      { topic: 'posts', values: [expect.objectContaining({ postId: 'x:1' }), expect.anything()] },
    ])
  })

  it('are refused at once where the engine would make dead letters of them', async () => {
    const { url, ingested } = await serve()
    const ahead = { ...aPost, createdAt: 8.64e15 }
    const past = { ...aPost, createdAt: '1970-01-02T00:00:00Z' }
    const long = { ...aPost, text: 'ñ'.repeat(5_000) }
    const send = async (body: unknown) => {
      const response = await post(`${url}/api/v1/posts`, body)
      return [response.status, await response.json()]
    }
    const detail = (text: string) => ({ detail: expect.stringContaining(text) })
    expect(await send(ahead)).toMatchObject([422, detail('createdAt: expected a time from 2000-01-01')])
    expect(await send(past)).toMatchObject([422, detail('not 1970-01-02')])
    expect(await send(long)).toMatchObject([
      413,
      { ...detail('a record may have 10000'), remedy: 'Shorten the record.' },
    ])
    expect(await send([past, aPost, long])).toMatchObject([
      202,
      {
        accepted: 1,
        rejected: [
          { index: 0, reason: 'timestamp-out-of-range' },
          { index: 2, reason: 'too-large' },
        ],
      },
    ])
    expect(ingested).toHaveLength(1)
  })

  it('are described with their fields', async () => {
    const { url } = await serve()
    const response = await fetch(`${url}/api/openapi.json`)
    const { paths } = (await response.json()) as { paths: Record<string, { post: { requestBody: object } }> }
    const body = JSON.stringify(paths['/api/v1/posts']?.post.requestBody)
    for (const field of ['postId', 'createdAt', 'date-time', 'as the source names them']) expect(body).toContain(field)
    expect(body).toContain('"required":["postId","source","author","text","createdAt"]')
  })

  it('are refused as a whole when none is good, with the fields at fault', async () => {
    const { url, ingested } = await serve()
    const response = await post(`${url}/api/v1/deletions`, { id: 'x:1' })
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { detail: expect.stringContaining('deletedAt') },
    ])
    expect(ingested).toEqual([])
  })

  it('are refused when they are too many, too large or no JSON', async () => {
    const { url } = await serve()
    expect((await post(`${url}/api/v1/posts`, [])).status).toBe(400)
    expect(
      (
        await post(
          `${url}/api/v1/posts`,
          Array.from({ length: 5_001 }, () => ({})),
        )
      ).status,
    ).toBe(400)
    expect((await post(`${url}/api/v1/posts`, 'x'.repeat(9 * 1024 * 1024))).status).toBe(413)
    expect((await post(`${url}/api/v1/posts`, aPost, 'text/plain')).status).toBe(415)
  })
})

/** A board's connection: a copy of its channel, and a promise for each message. */
async function board(url: string, view: object, origin?: string) {
  const socket: Socket = io(url, {
    path: '/live',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(origin === undefined ? {} : { extraHeaders: { origin } }),
  })
  opened.push(socket)
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve)
    socket.on('connect_error', reject)
  })
  const reply: LiveReply = await socket.emitWithAck('subscribe', view)
  const replica = new Replica()
  if (reply.kind === 'subscribed') replica.apply(reply.message)
  const next = () =>
    new Promise<LiveMessage>((resolve) => {
      socket.once('message', (message: LiveMessage, acknowledge: () => void) => {
        acknowledge()
        replica.apply(message)
        resolve(message)
      })
    })
  return { socket, reply, replica, next }
}

describe('a live board', () => {
  it('gets a snapshot, then deltas that follow it', async () => {
    const { url, hub } = await serve()
    const { replica, next } = await board(url, { span: '7d' })
    const message = next()
    hub.onTrend(anHour({ mentions: 7, neutral: 7 }))
    expect(await message).toMatchObject({ kind: 'delta' })
    expect(replica.data.get('total')).toMatchObject({ mentions: 7 })
  })

  it('gets the whole state again when it asks for it', async () => {
    const { url } = await serve()
    const { socket, reply, next } = await board(url, {})
    if (reply.kind !== 'subscribed') throw new Error(reply.reason)
    const message = next()
    socket.emit('resync', reply.message.channel)
    expect(await message).toMatchObject({ kind: 'snapshot' })
  })

  it('is told what is wrong with a view', async () => {
    const { url } = await serve()
    const { reply } = await board(url, { span: '3 weeks' })
    expect(reply).toEqual({ kind: 'refused', reason: expect.stringContaining('span: one of') })
  })

  it('is not opened by the page of another origin', async () => {
    const { url } = await serve()
    await expect(board(url, {}, 'https://evil.example')).rejects.toThrow()
  })
})
