import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { balanceDifferences, type Scored } from '../../schemas/balance-difference.js'
import { change, changes } from '../../schemas/growth.js'
import type { Mention } from '../../schemas/mention.js'
import { regions } from '../../schemas/regions.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import type { ComparedItem } from './comparison.js'
import type { ProblemDocument } from './problem.js'

const hour = 3_600_000
const now = Date.UTC(2025, 2, 12, 17)
const from = now - 24 * hour
const names = ['ceviche', 'causa', 'Inca Kola'] as const

const drawn = fc.record({
  terms: fc.subarray([...names]),
  region: fc.constantFrom(null, null, '15', '08'),
  source: fc.constantFrom('news', 'twitter', 'twitter'),
  author: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  label: fc.constantFrom('negative', 'neutral', 'positive' as const),
  repostOf: fc.constantFrom(null, null, null, 'x:1'),
  // evenly spread over both periods: a source that begins within them, or falls silent, is not compared
  age: fc.noBias(fc.integer({ min: 0, max: 49 * 60 - 1 })),
  gone: fc.integer({ min: 0, max: 9 }),
  aspects: fc.uniqueArray(
    fc.record({
      aspect: fc.constantFrom('food', 'food', 'food', 'service', 'price'),
      label: fc.constantFrom('negative', 'neutral', 'positive'),
      confidence: fc.constant(0.5),
    }),
    { maxLength: 2, selector: ({ aspect }) => aspect },
  ),
})
const mentions: readonly Mention[] = [
  // ceviche rises, causa falls: more and fewer than in the day before
  ...fc.sample(drawn, { numRuns: 400, seed: 8 }).flatMap(({ label, age, gone, terms, ...rest }, index) => {
    const isNow = age < 24 * 60
    const kept = terms.filter((term) =>
      term === 'ceviche' ? isNow : term === 'causa' ? !isNow || index % 9 === 0 : true,
    )
    // service is spoken of worse than in the day before
    const aspects = rest.aspects.map((one) => ({
      ...one,
      label: one.aspect === 'service' && index % 2 === 0 ? (isNow ? 'negative' : 'positive') : one.label,
    }))
    const mention = scoredMention(label, {
      ...{ ...rest, aspects, postId: `p${index}`, createdAt: now - age * 60_000, text: `texto ${index}` },
      terms: kept.map((term) => ({ term, kind: term === 'Inca Kola' ? 'brand' : 'dish' })),
    })
    return gone === 0 ? [mention, { ...mention, sign: -1 }] : [mention]
  }),
  scoredMention('neutral', { postId: 'first', terms: [], createdAt: now - 80 * hour }),
]

/** Plain counting over what stands. */
const standing = mentions.filter(
  (one) => one.sign > 0 && !mentions.some((other) => other.sign < 0 && other.postId === one.postId),
)
const count = (of: (mention: Mention) => boolean, current: boolean) =>
  standing.filter(
    (one) =>
      of(one) &&
      one.repostOf === null &&
      (current
        ? one.createdAt >= from && one.createdAt < now + hour
        : one.createdAt < from && one.createdAt >= from - 25 * hour),
  )

let serving: Serving
beforeAll(async () => {
  // an hour after: what is asked for is over
  serving = await startServing(mentions, now + hour)
})
afterAll(() => serving.close())

interface Answer {
  readonly all: ComparedItem
  readonly items: readonly ComparedItem[]
}
async function compare<Body = Answer>(query: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${serving.url}/api/v1/compare?from=${from}&until=${now + hour}&${query}`)
  return { status: response.status, body: (await response.json()) as Body }
}
const holds = (term: string) => (mention: Mention) => mention.terms.some((one) => one.term === term)
const authors = (of: (mention: Mention) => boolean) =>
  new Set(standing.filter((one) => of(one) && one.createdAt >= from).map(({ author }) => author)).size

describe('terms side by side', () => {
  const query = names
    .map((name) => `terms=${name === 'Inca Kola' ? 'brand' : 'dish'}:${encodeURIComponent(name)}`)
    .join('&')

  it('have the counts, shares and changes that plain code finds', async () => {
    const { body } = await compare(query)
    const all = [count(() => true, true).length, count(() => true, false).length] as const
    expect([body.all.volume, body.all.previous]).toEqual([...all])
    expect(body.items).toHaveLength(3)
    const sum = body.items.reduce((total, { volume }) => total + volume, 0)
    for (const item of body.items) {
      const [current, before] = [count(holds(item.name), true), count(holds(item.name), false)]
      expect(item).toMatchObject({
        volume: current.length,
        previous: before.length,
        authors: authors(holds(item.name)),
      })
      expect(item.share).toBe(current.length / all[0])
      expect(item.shareAmongCompared).toBe(current.length / sum)
      expect(item.shareInterval?.low).toBeLessThan(item.share ?? 0)
      expect(item.shareInterval?.high).toBeGreaterThan(item.share ?? 1)
      const moods = current.map(
        ({ sentiment }) => ({ positive: 1, neutral: 0, negative: -1 })[sentiment?.label ?? 'neutral'],
      )
      const total = moods.reduce<number>((all, mood) => all + mood, 0)
      expect(item.scored).toBe(moods.length)
      expect(item.balance).toBe(moods.length < 10 ? null : total / moods.length)
    }
    const spoken = body.items.map(({ volume, previous }) => [volume, previous ?? 0, ...all] as const)
    expect(body.items.map((item) => item.change)).toEqual(changes(spoken))
    expect(body.all.change).toEqual(change(all[0], all[1], 1, 1))
    const verdicts = new Map(body.items.map(({ name, change: changed }) => [name, changed?.verdict]))
    expect([verdicts.get('ceviche'), verdicts.get('causa'), verdicts.get('Inca Kola')]).toEqual([
      'rising',
      'falling',
      'steady',
    ])
  })

  it('are the top ones of the kinds that are asked for, when none is named', async () => {
    expect((await compare('kinds=brand')).body.items.map(({ name }) => name)).toEqual(['Inca Kola'])
  })

  it('of which nobody spoke are there, with nothing said of them', async () => {
    const { items } = (await compare('terms=dish:juane')).body
    expect(items).toEqual([
      expect.objectContaining({
        name: 'juane',
        volume: 0,
        balance: null,
        few: true,
        change: expect.objectContaining({ verdict: 'tooFew' }),
      }),
    ])
  })

  it('are refused when they are none', async () => {
    for (const wrong of ['terms=ceviche', 'terms=drink:pisco', 'term=ceviche&kind=dish', 'kinds=drink']) {
      const { status, body } = await compare<ProblemDocument>(wrong)
      expect([wrong, status, body.remedy === '']).toEqual([wrong, 400, false])
    }
  })
})

describe('aspects side by side', () => {
  const saysOf =
    (aspect: string, term: string | null = null) =>
    (mention: Mention): boolean =>
      mention.aspects.some((one) => one.aspect === aspect) && (term === null || holds(term)(mention))
  const balanceOf = (aspect: string, said: readonly Mention[]) =>
    said.reduce((sum, { aspects }) => {
      const label = aspects.find((one) => one.aspect === aspect)?.label ?? 'neutral'
      return sum + { positive: 1, neutral: 0, negative: -1 }[label]
    }, 0) / said.length

  it('have the balance of what is said of them, and their share of all mentions', async () => {
    const { all, items } = (await compare('by=aspects')).body
    expect(items.map(({ name }) => name).sort()).toEqual(['food', 'price', 'service'])
    expect(all.volume).toBe(count(() => true, true).length)
    for (const { name, kind, volume, previous, balance, scored, share, authors: people } of items) {
      const said = count(saysOf(name), true)
      expect([name, kind, volume, previous]).toEqual([name, 'aspect', said.length, count(saysOf(name), false).length])
      expect([scored, people]).toEqual([said.length, authors(saysOf(name))])
      expect(said.length).toBeGreaterThan(10)
      expect(balance).toBeCloseTo(balanceOf(name, said), 12)
      expect(share).toBe(said.length / all.volume)
    }
  })

  it('have the balance of the period before beside theirs, tested together', async () => {
    const { all, items } = (await compare('by=aspects')).body
    const countsOf = (aspect: string, current: boolean) => {
      const labels = count(saysOf(aspect), current).flatMap(({ aspects }) =>
        aspects.flatMap((one) => (one.aspect === aspect ? [one.label] : [])),
      )
      const many = (wanted: string) => labels.filter((label) => label === wanted).length
      return { negative: many('negative'), neutral: many('neutral'), positive: many('positive') }
    }
    const everything = [true, false].map((current) => {
      const many = (wanted: string) => count(({ sentiment }) => sentiment?.label === wanted, current).length
      return { negative: many('negative'), neutral: many('neutral'), positive: many('positive') }
    }) as [Scored, Scored]
    const pairs = items.map(({ name }) => [countsOf(name, true), countsOf(name, false)] as const)
    const given = [all, ...items].map(({ balanceChange }) => balanceChange)
    expect(given).toEqual(balanceDifferences([everything, ...pairs]))
    for (const { name, balanceBefore } of items)
      expect(balanceBefore).toBeCloseTo(balanceOf(name, count(saysOf(name), false)), 12)
    const told = (aspect: string) => items.find(({ name }) => name === aspect)?.balanceChange?.verdict
    expect([told('food'), told('price'), told('service')]).toEqual(['steady', 'steady', 'worse'])
  })

  it('of one term have its share of all that is said of them', async () => {
    const { items } = (await compare('by=aspects&term=ceviche&kind=dish&region=15')).body
    const inLima = (of: (mention: Mention) => boolean) => count((one) => one.region === '15' && of(one), true).length
    const food = items.find(({ name }) => name === 'food')
    expect(food?.volume).toBe(inLima(saysOf('food', 'ceviche')))
    expect(food?.share).toBe(inLima(saysOf('food', 'ceviche')) / inLima(saysOf('food')))
  })

  it('have the posts behind them, by what they say of it', async () => {
    const posts = async (query: string) => {
      const response = await fetch(`${serving.url}/api/v1/posts?from=${from}&until=${now + hour}&limit=200&${query}`)
      return ((await response.json()) as { readonly posts: readonly { readonly postId: string }[] }).posts
    }
    const found = await posts('aspect=food&sentiment=negative')
    const says = (mention: Mention) =>
      mention.aspects.some(({ aspect, label }) => aspect === 'food' && label === 'negative')
    expect(found.map(({ postId }) => postId).sort()).toEqual(
      count(says, true)
        .map(({ postId }) => postId)
        .sort(),
    )
    expect(found[0]).toMatchObject({ aspects: expect.arrayContaining([{ aspect: 'food', label: 'negative' }]) })
    expect(await posts('aspect=music')).toEqual([])
  })
})

describe('regions and sources side by side', () => {
  it('are normalised by inhabitants, and by their own mentions where one term is asked for', async () => {
    const { items } = (await compare('by=regions&term=ceviche&kind=dish')).body
    const lima = items.find(({ name }) => name === '15')
    const inLima = (of: (mention: Mention) => boolean) => count((one) => one.region === '15' && of(one), true).length
    const population = regions.find(({ code }) => code === '15')?.population ?? 0
    expect(lima).toMatchObject({ kind: 'region', volume: inLima(holds('ceviche')) })
    expect(lima?.share).toBe(inLima(holds('ceviche')) / inLima(() => true))
    expect(lima?.perHundredThousand).toBeCloseTo((inLima(holds('ceviche')) * 100_000) / population, 12)
    expect(lima?.perHundredThousandInterval?.low).toBeLessThan(lima?.perHundredThousand ?? 0)
    const unknown = items.find(({ name }) => name === '')
    expect([unknown?.volume, unknown?.perHundredThousand]).toEqual([
      count((one) => one.region === null && holds('ceviche')(one), true).length,
      null,
    ])
  })

  it('add up to everything', async () => {
    for (const by of ['regions', 'sources']) {
      const { all, items } = (await compare(`by=${by}`)).body
      expect(items.reduce((sum, { volume }) => sum + volume, 0)).toBe(all.volume)
      expect(items.reduce((sum, { shareAmongCompared }) => sum + (shareAmongCompared ?? 0), 0)).toBeCloseTo(1, 12)
    }
  })

  it('have no change where the period before is not known in full', async () => {
    const response = await fetch(`${serving.url}/api/v1/compare?by=sources&span=30d`)
    const { items } = (await response.json()) as Answer
    expect(items.length).toBe(3)
    for (const { previous, change: changed, balanceBefore, balanceChange } of items)
      expect([previous, changed, balanceBefore, balanceChange]).toEqual([null, null, null, null])
  })

  it('name the sources that there are', async () => {
    const response = await fetch(`${serving.url}/api/v1/sources?span=7d`)
    const { sources } = (await response.json()) as { sources: readonly { source: string }[] }
    expect(sources.map(({ source }) => source).sort()).toEqual(['file', 'news', 'twitter'])
  })
})
