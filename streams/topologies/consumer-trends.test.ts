import { beforeAll, describe, expect, it } from '@jest/globals'
import { readSchemas } from '../../schemas/files.js'
import type { Post } from '../../schemas/post.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { deadLetters, deletions, late, mentions, posts, publicTopics, reviews, trends } from '../../schemas/topics.js'
import type { Trend } from '../../schemas/trend.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { aPost } from '../../tests/support/records.js'
import type { Sentiment } from '../engine/ports/batch.js'
import { TopologyTestDriver } from '../engine/testing/topology-test-driver.js'
import { days, minutes } from '../engine/time.js'
import { projectPath } from '../project.js'
import { consumerTrends, emergingWords } from './index.js'

/** 2024-03-01T12:00:00-05:00 */
const noon = Date.UTC(2024, 2, 1, 17)
const score: Sentiment = {
  label: 'positive',
  confidence: 0.75,
  scores: [0.125, 0.125, 0.75],
  sure: true,
  model: 'test@1',
}
let serdes: RegisteredSerdes

beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

function aDriver(scored: (text: unknown) => Sentiment = () => score) {
  const sentiment = (items: readonly unknown[]) => items.map((text) => ({ kind: 'ok' as const, value: scored(text) }))
  const driver = new TopologyTestDriver([consumerTrends, emergingWords], {
    serdes,
    services: { sentiment },
    partitions: 2,
    settings: { idleAfter: 1_000 },
    now: noon,
  })
  const publish = (...published: readonly Partial<Post>[]) => {
    for (const fields of published) {
      const post = aPost({ createdAt: noon, ...fields })
      driver.pipe(posts, { key: post.postId, value: post, timestamp: post.createdAt })
    }
  }
  /** Stream time moves past every window, whatever the partitions. */
  const finish = () => {
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(minutes(1))
    driver.advanceClock(days(3))
    driver.advanceClock(days(3))
    return driver
      .read(trends)
      .map(({ value }) => value)
      .filter(({ isFinal }) => isFinal)
  }
  return { driver, publish, finish }
}

const of = (rows: readonly Trend[], term: string, window: Trend['window'], region = '*') =>
  rows.filter((row) => row.term === term && row.window === window && row.region === region)

describe('consumer-trends', () => {
  it('counts each term in each window, over all regions and in its own', () => {
    const { publish, finish } = aDriver()
    publish(
      { postId: 'a', author: 'ana', text: 'Almorcé ceviche en Arequipa' },
      { postId: 'b', author: 'eva', text: 'RT @ana: Almorcé ceviche en Arequipa' },
      { postId: 'c', author: 'ana', text: 'Otro cebiche, en casa' },
    )
    const rows = finish()
    for (const window of ['minute', 'hour', 'day'] as const) {
      expect(of(rows, 'ceviche', window)).toEqual([
        expect.objectContaining({ mentions: 2, reposts: 1, authors: 2, positive: 2, unsure: 0, kind: 'dish' }),
      ])
      expect(of(rows, 'ceviche', window, '04')).toEqual([
        expect.objectContaining({ mentions: 1, reposts: 1, authors: 2 }),
      ])
      expect(of(rows, '*', window)).toEqual([expect.objectContaining({ mentions: 2, reposts: 1, kind: 'all' })])
    }
    expect(of(rows, 'ceviche', 'tenMinutes')).toHaveLength(10)
  })

  it('says of each term what is said of its aspects, in the windows in which it counts, as far as it stands', () => {
    const dear = { aspect: 'price', label: 'negative', confidence: 0.5 } as const
    const tasty = { aspect: 'food', label: 'positive', confidence: 0.5 } as const
    const { driver, publish, finish } = aDriver((text) => ({
      ...score,
      aspects: [...(/caro/.test(String(text)) ? [dear] : []), ...(/rico/.test(String(text)) ? [tasty] : [])],
    }))
    publish(
      { postId: 'a', text: 'Ceviche rico y caro en Arequipa' },
      { postId: 'b', text: 'RT @ana: Ceviche rico y caro en Arequipa' },
      { postId: 'c', text: 'Ceviche caro' },
      { postId: 'c', text: 'Pachamanca rico' },
      { postId: 'd', text: 'Juane caro' },
      { postId: 'e', text: 'Qué caro todo' },
    )
    driver.run()
    driver.pipe(deletions, { key: 'd', value: { id: 'd', deletedAt: noon, reason: null }, timestamp: noon })
    const rows = finish()
    const food = (mentions: number) => ({ aspect: 'food', mentions, negative: 0, neutral: 0, positive: mentions })
    const price = { aspect: 'price', mentions: 1, negative: 1, neutral: 0, positive: 0 }
    const expected: readonly (readonly [term: string, region: string, aspects: Trend['aspects']])[] = [
      ['*', '*', [food(2), price]],
      ['*', '04', [food(1), price]],
      ['ceviche', '*', [food(1), price]],
      ['ceviche', '04', [food(1), price]],
      ['pachamanca', '*', [food(1)]],
      ['juane', '*', []],
    ]
    for (const window of ['minute', 'tenMinutes', 'hour', 'day'] as const)
      for (const [term, region, aspects] of expected)
        expect([term, window, of(rows, term, window, region)[0]?.aspects]).toEqual([term, window, aspects])
  })

  it('lays days as they are in Lima', () => {
    const { publish, finish } = aDriver()
    publish({ text: 'Ceviche' })
    expect(of(finish(), 'ceviche', 'day')).toEqual([expect.objectContaining({ start: Date.UTC(2024, 2, 1, 5) })])
  })

  it('takes edits and deletions back out of open windows', () => {
    const { driver, publish, finish } = aDriver()
    publish(
      { postId: 'a', text: 'Hoy ceviche' },
      { postId: 'a', text: 'Hoy pachamanca' },
      { postId: 'b', text: 'Hoy juane' },
    )
    driver.run()
    driver.pipe(deletions, { key: 'b', value: { id: 'b', deletedAt: noon, reason: null }, timestamp: noon })
    const rows = finish()
    expect(of(rows, 'pachamanca', 'hour')).toEqual([expect.objectContaining({ mentions: 1, authors: 1 })])
    for (const term of ['ceviche', 'juane']) {
      expect(of(rows, term, 'hour')).toEqual([expect.objectContaining({ mentions: 0, authors: 0, positive: 0 })])
    }
    expect(
      driver
        .read(mentions)
        .map(({ value: { postId, sign } }) => postId + sign)
        .sort(),
    ).toEqual(['a-1', 'a1', 'a1', 'b-1', 'b1'])
  })

  it('reads reviews, and keeps what it cannot use as dead letters', () => {
    const { driver } = aDriver()
    const review = { ...aPost({ text: 'Rico chaufa', createdAt: noon }), reviewId: 'r:1', stars: 4, place: 'Chifa' }
    driver.pipe(reviews, { key: 'r:1', value: review, timestamp: noon })
    driver.pipe(posts, { key: 'x', value: new Uint8Array([9, 9]), timestamp: noon })
    driver.pipe(posts, { key: 'y', value: aPost({ postId: 'y', text: ' ', createdAt: noon }), timestamp: noon })
    expect(driver.read(mentions).map(({ value }) => [value.kind, value.stars, value.terms[0]?.term])).toEqual([
      ['review', 4, 'arroz chaufa'],
    ])
    expect(
      driver
        .read(deadLetters)
        .map(({ value }) => value.reason)
        .sort(),
    ).toEqual(['invalid', 'undecodable'])
  })

  it('calls what comes after every window late, and keeps it as a mention', () => {
    const { driver, publish } = aDriver()
    for (const postId of ['a', 'b', 'c', 'd', 'e', 'f']) publish({ postId })
    driver.run()
    publish({ postId: 'a', text: 'Ceviche', createdAt: noon - days(5) })
    expect(driver.read(late)).toHaveLength(0)
    publish({ postId: 'z', text: 'Tiradito', createdAt: noon - days(5) })
    expect(new Set(driver.read(late).map(({ value }) => value.reason))).toEqual(new Set(['window-closed']))
    expect(driver.read(mentions).filter(({ value }) => value.postId === 'z')).toHaveLength(1)
  })
})

describe('emerging-words', () => {
  it('gives words that enough people use within an hour or a day', () => {
    const { publish, finish } = aDriver()
    const people = ['a', 'b', 'c', 'd', 'e', 'f']
    publish(...people.map((author) => ({ postId: `p${author}`, author, text: 'El Chiquihuite tiembla, dice Zutanez' })))
    publish({ postId: 'q', text: 'El ñoquizado tiembla' })
    const words = finish().filter(({ kind }) => kind === 'word')
    expect(words.map(({ term, window, mentions: count, authors }) => [term, window, count, authors]).sort()).toEqual([
      ['chiquihuite', 'day', 6, 6],
      ['chiquihuite', 'hour', 6, 6],
      ['zutanez', 'day', 6, 6],
      ['zutanez', 'hour', 6, 6],
    ])
  })
})
