import { describe, expect, it } from '@jest/globals'
import type { Board } from '../../schemas/board.js'
import { aHub, anHour, noHistory, TestClient } from '../../tests/support/live.js'
import { aMention } from '../../tests/support/records.js'
import type { TopTerm, Total } from './board.js'
import type { BoardFilter } from './filter.js'
import { parseView } from './view.js'

const aBoard = (fields: Partial<Board> = {}): Board => ({
  ...{ boardId: 'b1', name: 'Cevicherías', revision: 1, terms: [{ term: 'ceviche', kind: 'dish' }], regions: [] },
  ...{ sources: [], span: null, updatedAt: 0, updatedBy: null },
  ...fields,
})
const view = parseView({ span: '7d', board: 'b1' })
const get = <Value>(client: TestClient, key: string) => client.replica.data.get(key) as Value
const posts = (client: TestClient) => [...client.replica.data.keys()].filter((key) => key.startsWith('post/'))
/** What is awaited in the hub has come. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

/** A hub whose store counts as many as the test says, and remembers what it was asked for. */
function counting() {
  const store = { mentions: 5, asked: [] as (BoardFilter | null)[] }
  const made = aHub({
    history: {
      ...noHistory,
      cells: async (_window, _region, _range, filter) => {
        store.asked.push(filter)
        return [anHour({ mentions: store.mentions, neutral: store.mentions, revision: 0 })]
      },
    },
  })
  return { ...made, store }
}

describe('the view of a board', () => {
  it('is refused when there is no such board', async () => {
    const { hub } = aHub()
    await expect(hub.subscribe(view, new TestClient('a'))).rejects.toThrow('there is no board "b1"')
  })

  it('is counted by the store under its filter, shows whom it is of, and what it watches though nobody names it', async () => {
    const { hub, store } = counting()
    hub.onBoard('b1', aBoard())
    const client = new TestClient('a')
    client.replica.apply(await hub.subscribe(view, client))
    expect(store.asked).toEqual([{ terms: aBoard().terms, regions: [], sources: [] }])
    expect(get<Total>(client, 'total').mentions).toBe(5)
    expect(get<Board>(client, 'board').name).toBe('Cevicherías')
    expect(get<TopTerm>(client, 'top/0')).toMatchObject({ term: 'ceviche', mentions: 0 })
  })

  it('is counted anew when a mention that it counts was heard, until the tables have it, and for no other', async () => {
    const { hub, time, store } = counting()
    hub.onBoard('b1', aBoard({ sources: ['news'] }))
    const client = new TestClient('a')
    client.replica.apply(await hub.subscribe(view, client))
    const move = async (by: number) => {
      time.now += by
      hub.tick()
      await settled()
      hub.tick()
      while (client.inbox.length > 0) client.receive()
    }
    await move(3_000)
    const before = store.asked.length
    const terms = [{ term: 'ceviche', kind: 'dish' }] as const
    hub.onMention(aMention({ postId: 'other', terms, source: 'twitter', createdAt: time.now }))
    await move(3_000)
    expect([store.asked.length, posts(client)]).toEqual([before, []])
    hub.onMention(aMention({ postId: 'own', terms, source: 'news', createdAt: time.now }))
    await move(3_000)
    expect(posts(client)).toEqual(['post/own'])
    store.mentions = 6
    await move(3_000)
    expect(get<Total>(client, 'total').mentions).toBe(6)
    for (let turn = 0; turn < 10; turn += 1) await move(3_000)
    const after = store.asked.length
    await move(60_000)
    expect(store.asked.length).toBe(after)
  })

  it('changes with the board, for whoever watches it, and ends when the board is deleted', async () => {
    const { hub, store } = counting()
    hub.onBoard('b1', aBoard())
    const client = new TestClient('a')
    client.replica.apply(await hub.subscribe(view, client))
    store.mentions = 9
    hub.onBoard('b1', aBoard({ revision: 2, name: 'Todo Lima', terms: [], regions: ['15'] }))
    await settled()
    hub.tick()
    while (client.inbox.length > 0) client.receive()
    expect(get<Board>(client, 'board').name).toBe('Todo Lima')
    expect(get<Total>(client, 'total').mentions).toBe(9)
    expect(client.replica.data.has('top/0')).toBe(false)
    hub.onBoard('b1', null)
    expect(client.closed).toBe('the board "Todo Lima" was deleted')
    await expect(hub.subscribe(view, client)).rejects.toThrow('there is no board')
  })
})
