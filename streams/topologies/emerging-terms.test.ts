import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { EmergingTerm } from '../../schemas/emerging-term.js'
import { readSchemas } from '../../schemas/files.js'
import type { Mention } from '../../schemas/mention.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import { emergingTerms as emergingTermsTopic, mentions, publicTopics } from '../../schemas/topics.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { aMention } from '../../tests/support/records.js'
import { rawPosts } from '../../tests/verify/data.js'
import { choices } from '../engine/testing/choices.js'
import { shake } from '../engine/testing/shake.js'
import { TopologyTestDriver } from '../engine/testing/topology-test-driver.js'
import { days, hours, minutes } from '../engine/time.js'
import { projectPath } from '../project.js'
import { emergingTerms } from './emerging-terms.js'

/** 2024-03-01T12:00:00-05:00 */
const noon = Date.UTC(2024, 2, 1, 17)
let serdes: RegisteredSerdes
beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

function aDriver(seed: number | null = null, partitions = 1) {
  const driver = new TopologyTestDriver(emergingTerms, {
    ...{ serdes, partitions, settings: { idleAfter: 1_000 }, now: noon },
    ...(seed === null ? {} : { choose: choices(seed) }),
  })
  const say = (...given: readonly Partial<Mention>[]) => {
    for (const fields of given) {
      const value = aMention({ createdAt: noon, terms: [], ...fields })
      driver.pipe(mentions, { key: value.postId, value, timestamp: value.createdAt })
    }
  }
  const finals = () => {
    for (let silent = 0; silent < 4; silent++) driver.advanceClock(minutes(1))
    driver.advanceClock(days(3))
    driver.advanceClock(days(3))
    return driver.read(emergingTermsTopic).flatMap(({ value }) => (value.isFinal ? [value] : []))
  }
  return { driver, say, finals }
}

const ofHour = (given: readonly EmergingTerm[]) => given.filter(({ window }) => window === 'hour')
const named = (given: readonly EmergingTerm[], form: string) => ofHour(given).find((each) => each.form === form)

const texts = rawPosts(4_000).map(({ text }) => text)

/** Posts of so many people, each in words of its own that are those of a real post. */
const people = (
  count: number,
  text: string,
  fields: Partial<Mention> = {},
  from = 0,
): readonly (Partial<Mention> & { readonly text: string })[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ postId: `${text}${from + index}`, author: `a${from + index}`, ...fields },
    text: `${texts[(from + index) * 7] ?? ''} ${text}`,
  }))

describe('emerging terms', () => {
  it('are words, pairs of words and hashtags, their spellings joined', () => {
    const { say, finals } = aDriver()
    const hashtag: Partial<Mention> = { terms: [{ term: '#tercera_ola', kind: 'hashtag' }] }
    say(
      ...people(3, 'La tercera ola del ñoquizado', hashtag),
      ...people(3, 'Otra tercera ola: noquizados', { terms: [{ term: '#terceraola', kind: 'hashtag' }] }, 50),
    )
    const given = finals()
    expect(named(given, 'tercera ola')).toMatchObject({ kind: 'bigram', posts: 6, term: 'tercera ola' })
    expect(named(given, 'noquizado')).toMatchObject({
      ...{ kind: 'word', posts: 6, spellings: ['noquizados', 'ñoquizado'] },
    })
    expect(named(given, 'terceraola')).toMatchObject({ kind: 'hashtag', posts: 6, term: '#tercera_ola' })
    expect(given.some(({ form }) => form.startsWith('la ') || form.includes('del'))).toBe(false)
  })

  it('are no pieces of addresses that were cut or written with a space within', () => {
    const { say, finals } = aDriver()
    say(...people(6, 'sentencias https: //ejemplo y ademas http'))
    const given = finals()
    expect(given.map(({ form }) => form)).toContain('sentencia')
    expect(given.filter(({ form }) => /http/.test(form))).toEqual([])
  })

  it('that many people say are new; what few push is told as pushed, copies and reposts counted once', () => {
    const { say, finals } = aDriver()
    const ofOne = people(12, 'Compren zutanez').map((fields) => ({ ...fields, author: 'pusher' }))
    const copies = Array.from({ length: 12 }, (_, index) => ({
      ...{ postId: `copy${index}`, author: `bot${index}`, repostOf: index < 4 ? 'x' : null },
      text: `Nadie habla del quelonazo de ayer en la plaza https://t.co/${index}`,
    }))
    say(...people(12, 'Sale chiquihuite'), ...ofOne, ...copies)
    const given = finals()
    expect(named(given, 'chiquihuite')).toMatchObject({ verdict: 'new', posts: 12, authors: 12 })
    expect(named(given, 'chiquihuite')?.pushed).toBeLessThan(0.35)
    expect(named(given, 'zutanez')).toMatchObject({
      ...{ verdict: 'pushed', posts: 12, independent: 1, authors: 1, topAuthorsShare: 1 },
    })
    expect(named(given, 'quelonazo')).toMatchObject({ verdict: 'pushed', posts: 12, reposts: 4, independent: 1 })
    expect(named(given, 'quelonazo')?.pushed).toBeGreaterThan(0.9)
    expect(named(given, 'chiquihuite')?.evidence).toHaveLength(5)
    expect(named(given, 'quelonazo')?.evidence).toHaveLength(1)
  })

  it('are shown as most posts write them, accents included', () => {
    const { say, finals } = aDriver()
    say(...people(4, 'Sale el Chiquihuité rápido'), ...people(2, 'Sale el chiquihuite rapido', {}, 50))
    const given = finals()
    expect(named(given, 'chiquihuite')).toMatchObject({
      ...{ posts: 6, term: 'chiquihuité', spellings: ['chiquihuité', 'chiquihuite'] },
    })
    expect(named(given, 'chiquihuite rapido')).toMatchObject({ posts: 6, term: 'chiquihuité rápido' })
  })

  it('are pushed where half of the posts repeat, however many people say them beside', () => {
    const { say, finals } = aDriver()
    const ofOne = people(24, 'Sale chiquihuite', {}, 50).map((fields) => ({ ...fields, author: 'pusher' }))
    say(...people(20, 'Sale chiquihuite'), ...ofOne)
    const told = named(finals(), 'chiquihuite')
    expect(told).toMatchObject({ verdict: 'pushed', posts: 44, independent: 21 })
    expect(told?.pushed).toBeGreaterThan(0.5)
    expect(told?.pushed).toBeLessThan(0.55)
  })

  it('are none of the parts of addresses, with or without what they begin with', () => {
    const { say, finals } = aDriver()
    const addresses = 'pic.twitter.com/Zutano1 votozutanez.gob.pe/x/y https://zutanero.pe/a zutaneando.com.pe'
    say(...people(12, `Sale chiquihuite. Tiembla ${addresses}`))
    say(...people(2, `${'a'.repeat(100_000)} ${'a.'.repeat(50_000)}`, {}, 20))
    const forms = new Set(finals().map(({ form }) => form))
    expect([...forms].filter((form) => /twit|zutan|com|gob/.test(form))).toEqual([])
    expect(forms).toContain('chiquihuite')
  })

  it('that were there the days before are usual, until there are suddenly more', () => {
    const { say, driver, finals } = aDriver()
    for (let day = 0; day < 6; day++) {
      say(...people([45, 25, 25, 25, 25, 120][day] ?? 0, 'Sale chiquihuite', { createdAt: noon + days(day) }, 50 * day))
      driver.run()
    }
    const verdicts = finals().flatMap(({ window, form, start, verdict }) =>
      form === 'chiquihuite' && window === 'day' ? [[Math.ceil((start - noon) / days(1)) + 0, verdict]] : [],
    )
    expect(verdicts).toEqual([
      [0, 'new'],
      [1, 'usual'],
      [2, 'usual'],
      [3, 'usual'],
      [4, 'usual'],
      [5, 'rising'],
    ])
  })

  it('are the same however they are cut, over any partitions, through crashes, and nothing of what was taken back', () => {
    const post = fc.record({
      author: fc.constantFrom('ana', 'eva', 'leo', 'ada'),
      word: fc.constantFrom('zutanez', 'chiquihuite'),
      hour: fc.integer({ min: 0, max: 2 }),
      isTakenBack: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(post, { maxLength: 40 }), fc.integer({ min: 1, max: 1e6 }), (given, seed) => {
        const told = (choice: number | null, partitions: number) => {
          const { say, driver, finals } = aDriver(choice, partitions)
          for (const [index, { author, word, hour, isTakenBack }] of given.entries()) {
            const fields = { postId: `p${index}`, author, text: `Sale ${word}`, createdAt: noon + hours(hour) }
            say(fields)
            if (isTakenBack) say({ ...fields, sign: -1 })
          }
          if (choice !== null) shake(driver, choices(choice))
          return finals()
            .map(({ revision, ...each }) => JSON.stringify(each))
            .sort()
        }
        const expected = told(null, 1)
        for (const word of ['zutanez', 'chiquihuite']) {
          const posts = given.filter((each) => each.word === word && !each.isTakenBack).length
          const counted = expected
            .map((each): EmergingTerm => JSON.parse(each))
            .find(({ form, window }) => form === word && window === 'day')
          expect(counted?.posts ?? 0).toBe(posts >= 5 ? posts : 0)
        }
        expect(told(seed, 3)).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })
})
