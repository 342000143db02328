import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Trend } from '../../schemas/trend.js'
import { aHub, anHour, noHistory, TestClient } from '../../tests/support/live.js'
import { aMention } from '../../tests/support/records.js'
import type { Total } from './board.js'
import { initialStatus } from './status.js'
import { parseView } from './view.js'

const week = parseView({ span: '7d' })
const totalOf = (client: TestClient): Total => client.replica.data.get('total') as Total

async function watching(client: TestClient, hub = aHub()) {
  client.replica.apply(await hub.hub.subscribe(week, client))
  return hub
}

describe('a board that subscribes', () => {
  it('gets what the store holds as a snapshot, and what the stream brings as deltas', async () => {
    const client = new TestClient('a')
    const { hub } = await watching(
      client,
      aHub({ history: { ...noHistory, cells: async () => [anHour({ mentions: 5, neutral: 5 })] } }),
    )
    expect(totalOf(client).mentions).toBe(5)
    hub.onTrend(anHour({ mentions: 6, neutral: 6, revision: 2 }))
    hub.tick()
    expect(client.inbox[0]?.message.kind).toBe('delta')
    client.receive()
    expect(totalOf(client).mentions).toBe(6)
  })

  it('has every window of an emerging word as the store counts it, anew when many say it or somebody says something', async () => {
    const client = new TestClient('a')
    const start = 1_600_002_000_000
    const asked: unknown[] = []
    const said = { count: 7 }
    const word = (fields: Partial<Trend>) => anHour({ ...{ term: 'quipu', kind: 'word' }, ...fields })
    const { hub, time } = await watching(
      client,
      aHub({
        history: {
          ...noHistory,
          words: async (...given) => {
            asked.push(given)
            return [
              word({ mentions: said.count, revision: 0 }),
              word({ mentions: 2, revision: 0, start: start - 3_600_000 }),
            ]
          },
        },
      }),
    )
    const top = () => [...client.replica.data].filter(([key]) => key.startsWith('top/')).map(([, value]) => value)
    const passes = async (millis: number) => {
      time.now += millis
      hub.tick()
      await new Promise(setImmediate)
      hub.tick()
      while (client.inbox.length > 0) client.receive()
    }
    await passes(20_000)
    expect(asked).toEqual([])
    // the stream tells of the one window in which many say it
    hub.onTrend(word({ mentions: 5, revision: 3 }))
    await passes(2_000)
    expect(top()).toMatchObject([{ term: 'quipu', kind: 'word', mentions: 9 }])
    said.count = 8
    await passes(20_000)
    expect(top()).toMatchObject([{ mentions: 10 }])
    const before = asked.length
    await passes(60_000)
    expect(asked.length).toBe(before)
    said.count = 9
    hub.onMention(aMention({ createdAt: start + 1 }))
    await passes(2_000)
    expect(top()).toMatchObject([{ mentions: 11 }])
  })

  it('sees a window once, by its highest revision, in whatever order store and stream bring it', async () => {
    const client = new TestClient('a')
    const { hub } = await watching(
      client,
      aHub({ history: { ...noHistory, cells: async () => [anHour({ mentions: 7, revision: 3 })] } }),
    )
    hub.onTrend(anHour({ mentions: 4, revision: 2 }))
    hub.onTrend(anHour({ mentions: 7, revision: 3 }))
    hub.tick()
    client.receive()
    expect(totalOf(client).mentions).toBe(7)
  })

  it('gets everything between two ticks as one change for each key', async () => {
    const client = new TestClient('a')
    const { hub } = await watching(client)
    for (let revision = 1; revision <= 500; revision += 1) hub.onTrend(anHour({ mentions: revision, revision }))
    hub.tick()
    expect(client.inbox).toHaveLength(1)
    client.receive()
    expect(totalOf(client).mentions).toBe(500)
    hub.tick()
    expect(client.inbox).toHaveLength(0)
  })

  it('shows posts as they come, and loses those that were taken back', async () => {
    const client = new TestClient('a')
    const { hub } = await watching(client)
    hub.onMention(aMention({ postId: 'x:1' }))
    hub.onMention(aMention({ postId: 'x:2' }))
    hub.onMention(aMention({ postId: 'x:1', sign: -1 }))
    hub.tick()
    client.receive()
    expect([...client.replica.data.keys()].filter((key) => key.startsWith('post/'))).toEqual(['post/x:2'])
  })

  it('of a region and a term lists the posts of both alone', async () => {
    const client = new TestClient('a')
    const { hub } = aHub()
    const view = parseView({ region: '15', term: { term: 'ceviche', kind: 'dish' } })
    client.replica.apply(await hub.subscribe(view, client))
    const terms = [{ term: 'ceviche', kind: 'dish' }] as const
    hub.onMention(aMention({ postId: 'x:1', region: '15', terms }))
    hub.onMention(aMention({ postId: 'x:2', region: '08', terms }))
    hub.onMention(aMention({ postId: 'x:3', region: '15' }))
    hub.tick()
    client.receive()
    expect([...client.replica.data.keys()].filter((key) => key.startsWith('post/'))).toEqual(['post/x:1'])
  })

  it('is refused when the store cannot be asked, and served by the next attempt', async () => {
    let broken = true
    const cells = async () => {
      if (broken) throw new Error('the store is closed')
      return [anHour()]
    }
    const { hub } = aHub({ history: { ...noHistory, cells } })
    const client = new TestClient('a')
    await expect(hub.subscribe(week, client)).rejects.toThrow('the store is closed')
    broken = false
    client.replica.apply(await hub.subscribe(week, client))
    expect(totalOf(client).mentions).toBe(1)
  })

  it('ends at the clock while the stream keeps up, and at the newest event of an old stream', async () => {
    const client = new TestClient('a')
    const { hub, time } = await watching(client)
    hub.onStatus({ ...initialStatus, phase: 'live', lastEventAt: time.now })
    expect(hub.periodOf('1h').until).toBeGreaterThan(time.now)
    const old = time.now
    time.now += 400 * 86_400_000
    expect(hub.periodOf('1h').until - old).toBeLessThanOrEqual(60_000)
  })
})

describe('boards with slow clients', () => {
  it('give a slow client fewer and larger deltas, and the others every tick', async () => {
    const slow = new TestClient('slow')
    const fast = new TestClient('fast')
    const { hub } = await watching(slow)
    fast.replica.apply(await hub.subscribe(week, fast))
    for (let revision = 1; revision <= 50; revision += 1) {
      hub.onTrend(anHour({ mentions: revision, revision }))
      hub.tick()
      fast.receive()
    }
    expect(fast.received).toBe(50)
    expect(slow.inbox).toHaveLength(1)
    slow.receive()
    slow.receive()
    expect(slow.received).toBe(2)
    expect(slow.replica.data).toEqual(fast.replica.data)
  })

  it('send a snapshot instead when too many keys wait', async () => {
    const client = new TestClient('a')
    const { hub } = await watching(client, aHub({ limits: { pendingKeys: 10 } }))
    for (let post = 0; post < 40; post += 1) {
      hub.onMention(aMention({ postId: `x:${post}`, createdAt: 1_600_000_000_000 + post }))
      hub.tick()
    }
    client.receive()
    expect(client.inbox[0]?.message.kind).toBe('snapshot')
    client.receive()
    expect(client.replica.data.has('post/x:39')).toBe(true)
  })

  it('close a client that acknowledges nothing for too long', async () => {
    const client = new TestClient('a')
    const { hub, time, seen } = await watching(client, aHub({ limits: { patience: 1_000 } }))
    hub.onTrend(anHour())
    hub.tick()
    time.now += 1_000
    hub.tick()
    expect(client.closed).toContain('too slow')
    expect(seen.closed).toBe(1)
  })

  it('forget a view some time after the last client left', async () => {
    const client = new TestClient('a')
    const { hub, time, seen } = await watching(client, aHub({ limits: { linger: 1_000 } }))
    expect([seen.clients, seen.channels]).toEqual([1, 1])
    hub.leave('a')
    hub.tick()
    expect([seen.clients, seen.channels]).toEqual([0, 1])
    time.now += 1_000
    hub.tick()
    expect(seen.channels).toBe(0)
  })

  it('refuse more different views than the limit, naming the remedy', async () => {
    const { hub } = await watching(new TestClient('a'), aHub({ limits: { channels: 1 } }))
    await expect(hub.subscribe(parseView({ span: '1h' }), new TestClient('b'))).rejects.toThrow('close a board')
  })
})

const actions = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('trend' as const),
      hour: fc.integer({ min: -3, max: 3 }),
      mentions: fc.integer({ min: 0, max: 50 }),
      term: fc.constantFrom('*', 'ceviche', 'lomo saltado', 'pisco'),
    }),
    fc.record({ do: fc.constant('mention' as const), post: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ do: fc.constant('takeBack' as const), post: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ do: fc.constant('tick' as const), millis: fc.constantFrom(250, 1_000, 3_600_000) }),
    fc.record({ do: fc.constant('receive' as const), lost: fc.boolean() }),
  ),
  { maxLength: 120 },
)

describe('a copy of a board', () => {
  it('equals the board once everything arrived, whatever was lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(actions, fc.integer({ min: 2, max: 40 }), async (steps, pendingKeys) => {
        const { hub, time } = aHub({ limits: { pendingKeys } })
        const client = new TestClient('a')
        const first = await hub.subscribe(week, client)
        client.replica.apply(first)
        const receive = (lost: boolean) => {
          if (client.receive({ lost })) hub.resync(first.channel, client.id)
        }
        let revision = 0
        for (const step of steps) {
          revision += 1
          if (step.do === 'trend') {
            const start = 1_600_002_000_000 + step.hour * 3_600_000
            const kind = step.term === '*' ? 'all' : 'dish'
            hub.onTrend(anHour({ start, term: step.term, kind, mentions: step.mentions, revision }))
          } else if (step.do === 'mention') hub.onMention(aMention({ postId: `x:${step.post}`, revision }))
          else if (step.do === 'takeBack') hub.onMention(aMention({ postId: `x:${step.post}`, revision, sign: -1 }))
          else if (step.do === 'receive') receive(step.lost)
          else {
            time.now += step.millis
            hub.tick()
            if (client.closed !== null) return
          }
        }
        // One more change makes a gap visible; then all that is under way arrives.
        hub.onTrend(anHour({ mentions: 1_000, revision: revision + 1, start: time.now - (time.now % 3_600_000) }))
        hub.tick()
        while (client.inbox.length > 0) receive(false)
        const truth = new TestClient('truth')
        truth.replica.apply(await hub.subscribe(week, truth))
        expect(client.replica.sequence).toBe(truth.replica.sequence)
        expect(client.replica.data).toEqual(truth.replica.data)
      }),
      { numRuns: 200 },
    )
  })
})
