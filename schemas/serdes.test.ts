import { beforeAll, describe, expect, it } from '@jest/globals'
import { refusal } from '../streams/engine/schemas/refusal.js'
import { topic } from '../streams/engine/topic.js'
import { projectPath } from '../streams/project.js'
import { memoryRegistry } from '../tests/support/memory-registry.js'
import { aMention, aPost } from '../tests/support/records.js'
import { aTrend } from '../tests/support/trends.js'
import { avroSerde, UndecodableError } from './avro-serde.js'
import { readSchemas } from './files.js'
import { createSerdes, type RegisteredSerdes } from './serdes.js'
import { deadLetters, mentions, posts, publicTopics, trends } from './topics.js'
import type { Trend } from './trend.js'

const schemas = readSchemas(projectPath('schemas'))
const olderPost = {
  id: 900,
  subject: 'posts-value',
  version: 1,
  schema: JSON.stringify({
    type: 'record',
    name: 'Post',
    namespace: 'pulso',
    fields: ['postId', 'source', 'author', 'text', 'createdAt'].map((name) => ({
      name,
      type: name === 'createdAt' ? 'long' : 'string',
    })),
  }),
}
/** Mentions as they were before they had aspects. */
const olderMention = {
  id: 901,
  subject: 'mentions-value',
  version: 1,
  schema: JSON.stringify(withoutAspects(schemas.get('pulso.Mention') ?? '')),
}
function withoutAspects(schema: string): object {
  const parsed: { readonly fields: readonly { readonly name: string }[] } = JSON.parse(schema)
  return { ...parsed, fields: parsed.fields.filter(({ name }) => name !== 'aspects') }
}
/** Trends likewise. */
const olderTrend = {
  id: 902,
  subject: 'trends-value',
  version: 1,
  schema: JSON.stringify(withoutAspects(schemas.get('pulso.Trend') ?? '')),
}
let serdes: RegisteredSerdes

beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry([olderPost, olderMention, olderTrend]), schemas, publicTopics)
})

describe('the serdes of public topics', () => {
  it('give back what they were given, as plain objects', () => {
    const serde = serdes.forTopic(mentions)
    const mention = aMention({ region: '15', stars: 4.5 })
    const decoded = serde.decode(serde.encode(mention))
    expect(decoded).toStrictEqual(mention)
    expect(Object.getPrototypeOf(decoded.terms[0])).toBe(Object.prototype)
    expect(Object.hasOwn(Object.prototype, 'toBuffer')).toBe(false)
  })

  it('give bytes as Uint8Array and instants as numbers', () => {
    const serde = serdes.forTopic(deadLetters)
    const letter = serde.decode(
      serde.encode({
        stage: 's',
        reason: 'invalid',
        detail: 'd',
        topic: 'posts',
        partition: 1,
        offset: 2 ** 40,
        file: null,
        line: null,
        timestamp: 1_700_000_000_000,
        key: null,
        value: new Uint8Array([1, 2, 3]),
        bytes: 3,
        replays: 0,
      }),
    )
    expect(letter.value).toBeInstanceOf(Uint8Array)
    expect([...(letter.value ?? [])]).toEqual([1, 2, 3])
    expect(letter.timestamp).toBe(1_700_000_000_000)
  })

  it('frame values as a Confluent registry does', () => {
    const bytes = serdes.forTopic(posts).encode(aPost())
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1])
  })

  it('encode a value larger than their buffer', () => {
    const serde = serdes.forTopic(posts)
    const post = aPost({ text: 'ñ'.repeat(3_000_000) })
    expect(serde.decode(serde.encode(post)).text.length).toBe(3_000_000)
    expect(serde.decode(serde.encode(aPost()))).toStrictEqual(aPost())
  })

  it('leave earlier values alone when later ones are encoded', () => {
    const serde = serdes.forTopic(posts)
    const bytes = Array.from({ length: 5_000 }, (_, index) => serde.encode(aPost({ postId: `file:${index}` })))
    expect(bytes.every((value, index) => serde.decode(value).postId === `file:${index}`)).toBe(true)
  })

  it('name the field of a value that does not fit', () => {
    const wrong = Object.assign(aPost(), { createdAt: 'yesterday' })
    expect(() => serdes.forTopic(posts).encode(wrong)).toThrow(
      'the value does not fit pulso.Post of posts: createdAt is the text "yesterday", expected long',
    )
  })

  it('read what an older schema wrote, once its id was looked up', async () => {
    const text = (value: string) => Buffer.concat([Buffer.from([value.length * 2]), Buffer.from(value)])
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 3, 132]), ...['1', 's', 'a', 't'].map(text), Buffer.from([2])])
    const serde = serdes.forTopic(posts)
    expect(() => serde.decode(bytes)).toThrow('schema id 900 is not in the registry')
    await serdes.ensure([null, bytes, bytes])
    expect(serde.decode(bytes)).toStrictEqual(aPost({ postId: '1', source: 's', author: 'a', text: 't', createdAt: 1 }))
  })
})

describe('mentions that were written before there were aspects', () => {
  it('are read, as values and into columns, as mentions of which nothing is said of any', async () => {
    const mention = aMention({ aspects: [] })
    const older = memoryRegistry()
    const before = await createSerdes(older, new Map([['pulso.Mention', olderMention.schema]]), [mentions])
    const bytes = Uint8Array.from(before.forTopic(mentions).encode(mention))
    new DataView(bytes.buffer).setInt32(1, olderMention.id)
    await serdes.ensure([bytes])
    expect(serdes.forTopic(mentions).decode(bytes)).toStrictEqual(mention)
    expect(serdes.columnsOf(mentions).read(bytes)).toBe(false)
  })
})

describe('trends that were written before there were aspects', () => {
  it('are read as trends of which nothing is said of any, and are read on by who knows of none', async () => {
    const trend = aTrend({ aspects: [{ aspect: 'price', mentions: 2, negative: 2, neutral: 0, positive: 0 }] })
    const newerTrend = { ...olderTrend, id: 903, version: 2, schema: schemas.get('pulso.Trend') ?? '' }
    expect(refusal('trends-value', 'FULL', [olderTrend], newerTrend.schema)).toBeUndefined()
    const registry = { cached: (id: number) => [olderTrend, newerTrend].find((known) => known.id === id) }
    const before = avroSerde<Omit<Trend, 'aspects'>>('trends', olderTrend.schema, olderTrend.id, registry)
    const { aspects: _, ...without } = trend
    const bytes = Uint8Array.from(before.encode(without))
    await serdes.ensure([bytes])
    expect(serdes.forTopic(trends).decode(bytes)).toStrictEqual({ ...trend, aspects: [] })
    expect(serdes.columnsOf(trends).read(bytes)).toBe(false)

    const newer = avroSerde<Trend>('trends', newerTrend.schema, newerTrend.id, registry).encode(trend)
    expect(before.decode(newer)).toStrictEqual(without)
  })
})

describe('bytes that cannot be decoded', () => {
  const decode = (bytes: Uint8Array) => () => serdes.forTopic(posts).decode(bytes)
  const good = () => Uint8Array.from(serdes.forTopic(posts).encode(aPost()))

  it('are told apart by what is wrong with them', () => {
    expect(decode(new Uint8Array(3))).toThrow('3 bytes are too few')
    expect(decode(Buffer.from('{"postId":"1"}'))).toThrow('it looks like JSON')
    expect(decode(good().subarray(0, 20))).toThrow('end in the middle of a value of schema id 1')
    expect(decode(Buffer.concat([good(), Buffer.from([1, 2])]))).toThrow('2 bytes follow the value')
    expect(decode(Buffer.from([0, 0, 0, 99, 99, 1]))).toThrow('schema id 25443 is not in the registry')
  })

  it('are read, or refused, among other bytes as they are alone', () => {
    const { decode: alone, decodeWithin = () => fail() } = serdes.forTopic(posts)
    const fail = (): never => {
      throw new Error('posts are read among others')
    }
    const said = (read: () => unknown) => {
      try {
        return read()
      } catch (error) {
        return String(error)
      }
    }
    const cases = [
      good(),
      good().subarray(0, 20),
      Buffer.concat([good(), good()]),
      Buffer.from('{}'),
      new Uint8Array(0),
    ]
    for (const bytes of cases) {
      const among = Buffer.concat([good(), bytes, good()])
      const start = good().length
      expect(said(() => decodeWithin(among, start, start + bytes.length))).toEqual(said(() => alone(bytes)))
    }
  })

  it('are errors of their own class', () => {
    expect(decode(new Uint8Array(0))).toThrow(UndecodableError)
  })

  it('are refused when they hold the record of another topic', () => {
    const trend = serdes.forTopic(mentions).encode(aMention())
    expect(() => serdes.forTopic(trends).decode(trend)).toThrow('cannot be read as a value of trends')
  })
})

describe('the serdes of internal topics', () => {
  it('keep Map, Set and bytes', () => {
    const serde = serdes.forTopic(topic<unknown>('x', 'internal'))
    const value = { map: new Map([['a', 1]]), set: new Set(['b']), list: [1, null, 'ñ'], bytes: new Uint8Array([7]) }
    const back = serde.decode(serde.encode(value)) as typeof value
    expect(back.map).toEqual(value.map)
    expect(back.set).toEqual(value.set)
    expect(back.list).toEqual(value.list)
    expect([...back.bytes]).toEqual([7])
  })

  it('say when bytes are not theirs', () => {
    const serde = serdes.forTopic(topic<unknown>('x', 'internal'))
    expect(() => serde.decode(new Uint8Array([0xc1, 0xc1]))).toThrow(UndecodableError)
    expect(() => serdes.forTopic(topic<string>('x', 'string')).decode(new Uint8Array([0xff]))).toThrow(
      'not valid UTF-8',
    )
  })
})

describe('creating serdes', () => {
  it('refuses a topic whose schema is not there', async () => {
    const unknown = topic<unknown>('x', 'pulso.Nothing')
    await expect(createSerdes(memoryRegistry(), schemas, [unknown])).rejects.toThrow(
      'topic x has the schema pulso.Nothing',
    )
  })

  it('makes a topic that was not named an error', () => {
    expect(() => serdes.forTopic(topic<unknown>('other', 'pulso.Post'))).toThrow('topic other was not registered')
  })
})
