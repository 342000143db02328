import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Insight } from '../../dashboard/server/insights/insight.js'
import { insightsOf } from '../../dashboard/server/insights/insights.js'
import { saidIn } from '../../dashboard/server/insights/sentences.js'
import { aspectNames } from '../../schemas/aspect-names.js'
import { areEnough, balanceDifferences, differencePValue, type Scored } from '../../schemas/balance-difference.js'
import { rejectionLevel } from '../../schemas/benjamini-hochberg.js'
import { densityDifferences } from '../../schemas/density-difference.js'
import { change } from '../../schemas/growth.js'
import type { Mention } from '../../schemas/mention.js'
import { bothTails } from '../../schemas/normal-tails.js'
import { regions } from '../../schemas/regions.js'
import type { AnalyticsStore } from '../../streams/engine/ports/analytics.js'
import { aBoard, balanceOf, labelOf, labelsOf, type Of, period, standingOf, told, weeks } from './told-mentions.js'

let store: AnalyticsStore
let mentions: readonly Mention[]
let close: () => Promise<void>
beforeAll(async () => {
  ;({ store, mentions, close } = await told())
})
afterAll(() => close())

const standing = (of: Of, start: number, end: number) => standingOf(mentions, of, start, end)

/** Mentions of the term of the kind that is named most but for one. @param watched none: all terms */
function secondOf(lot: readonly Mention[], kind: string, watched: readonly { readonly term: string }[]): number {
  const counts = new Map<string, number>()
  for (const { term } of lot.flatMap(({ terms }) => terms.filter((one) => one.kind === kind)))
    if (watched.length === 0 || watched.some((one) => one.term === term)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return [...counts.values()].sort((a, b) => b - a)[1] ?? 0
}

/** Of two aspects the test of the contributions of each author, by its definition, mention by mention. */
function pairedPValue(lot: readonly Mention[], first: string, last: string): number {
  const scores = { negative: -1, neutral: 0, positive: 1 }
  const scoreOf = (mention: Mention, aspect: string) => {
    const label = labelOf(mention, aspect)
    return label === null || label === undefined ? null : scores[label]
  }
  const said = lot.map((mention) => ({
    ...{ author: mention.author, one: scoreOf(mention, first), other: scoreOf(mention, last) },
  }))
  const [ones, others] = [said.filter(({ other }) => other === null), said.filter(({ one }) => one === null)].map(
    (each) => each.flatMap(({ one, other }) => one ?? other ?? []),
  )
  const alone = [...(ones ?? []), ...(others ?? [])]
  const mean = alone.reduce((sum, score) => sum + score, 0) / Math.max(1, alone.length)
  const given = new Map<string, number>()
  for (const { author, one, other } of said) {
    if (one === null && other === null) continue
    const share = (of: readonly number[] | undefined) => (of?.length ?? 0) / Math.max(1, alone.length)
    const own =
      one !== null && other !== null
        ? (one - other) / 2
        : one !== null
          ? (one - mean) * share(others)
          : -((other ?? 0) - mean) * share(ones)
    given.set(author, (given.get(author) ?? 0) + own)
  }
  const sums = [...given.values()]
  const all = sums.reduce((sum, each) => sum + each, 0)
  return bothTails(all / Math.sqrt(sums.reduce((sum, each) => sum + each * each, 0)))
}

const cases = [
  ['everything in a week', { region: '*', board: null, period: weeks(1) }],
  ['everything in four weeks', { region: '*', board: null, period: weeks(4) }],
  ['a region', { region: '15', board: null, period: weeks(1) }],
  ['a board', { region: '*', board: aBoard, period: weeks(4) }],
] as const

describe.each(cases)('the insights of %s', (_, { region, board, period: { from, until: end }, period: asked }) => {
  const before = 2 * from - end
  const filter = board === null ? null : { terms: board.terms, regions: board.regions, sources: board.sources }
  let insights: readonly Insight[]
  beforeAll(async () => {
    insights = await insightsOf(store, { region, filter }, asked)
  })

  it('are there, each under an identity of its own, the same when asked again', async () => {
    expect(insights[0]?.kind).toBe('volume')
    expect(insights.length).toBeGreaterThan(1)
    expect(new Set(insights.map(({ id }) => id)).size).toBe(insights.length)
    expect(await insightsOf(store, { region, filter }, asked)).toEqual(insights)
  })

  it('carry queries that give their numbers to whoever runs them', async () => {
    for (const { kind, queries, numbers } of insights) {
      expect([kind, numbers.length > 0]).toEqual([kind, true])
      const rows = await Promise.all(
        queries.map(({ sql, params }) => store.query<Record<string, unknown>>(sql, { params })),
      )
      for (const found of rows) expect([kind, found.length]).toEqual([kind, 1])
      for (const { name, value, query, column } of numbers) {
        const given = rows[query]?.[0]?.[column]
        expect([kind, name, given === null ? null : Number(given)]).toEqual([kind, name, value])
      }
    }
  })

  it('say numbers that plain counting finds', () => {
    for (const { kind, id, numbers, derived } of insights) {
      if (kind === 'shift' || kind === 'engagement') continue
      const term = /^(?:rising|falling|share|leader|mood):(.*):\d+-\d+$/.exec(id)?.[1] ?? null
      if (kind === 'aspects' || kind === 'aspectsFew') continue
      const aspect = /^aspectShift:(.*):\d+-\d+$/.exec(id)?.[1] ?? null
      const place = kind === 'region' ? (/^region:(\d\d)/.exec(id)?.[1] ?? '') : region
      const own = standing({ term, aspect, region: place, board }, from, end)
      const past = standing({ term, aspect, region: place, board }, before, from)
      const all = standing({ term: null, region, board }, from, end)
      const allPast = standing({ term: null, region, board }, before, from)
      const plain: Readonly<Record<string, number>> = {
        ...{ mentions: own.length, mentionsBefore: past.length, all: all.length, allBefore: allPast.length },
        ...{ balance: balanceOf(own, aspect), balanceBefore: balanceOf(past, aspect) },
        ...Object.fromEntries(Object.entries(labelsOf(all, null)).map(([label, count]) => [`${label}OfAll`, count])),
        ...labelsOf(own, aspect),
        ...Object.fromEntries(
          Object.entries(labelsOf(past, aspect)).map(([label, count]) => [`${label}Before`, count]),
        ),
        rival: secondOf(all, /^leader:(\w+) /.exec(id)?.[1] ?? '', board?.terms ?? []),
        authors: new Set(own.map(({ author }) => author)).size,
        topAuthor: Math.max(0, ...own.map(({ author }) => own.filter((one) => one.author === author).length)),
      }
      for (const { name, value } of numbers) {
        if (name.endsWith('Without')) continue // see below
        expect([id, name, value]).toEqual([id, name, expect.closeTo(plain[name] ?? Number.NaN, 10)])
      }
      if (kind !== 'rising' && kind !== 'falling' && kind !== 'share') continue
      const changed = change(own.length, past.length, all.length, allPast.length)
      expect(kind === 'share' ? ['shareRising', 'shareFalling'] : [kind]).toContain(changed?.verdict)
      expect([derived['factor'], derived['atLeast'], derived['atMost']]).toEqual([
        changed?.factor,
        changed?.atLeast,
        changed?.atMost,
      ])
    }
  })

  it('say what holds without any author, or by how much one account moves it', () => {
    for (const { kind, id, numbers, text } of insights) {
      if (kind !== 'rising' && kind !== 'falling' && kind !== 'share') continue
      const term = /^(?:rising|falling|share):(.*):\d+-\d+$/.exec(id)?.[1] ?? null
      const lots = [
        standing({ term, region, board }, from, end),
        standing({ term, region, board }, before, from),
        standing({ term: null, region, board }, from, end),
        standing({ term: null, region, board }, before, from),
      ] as const
      const whole = [lots[0].length, lots[1].length, lots[2].length, lots[3].length] as const
      const authors = [...new Set([...lots[2], ...lots[3]].map(({ author }) => author))]
      const without = authors.map((author) => {
        const left = (lot: readonly Mention[]) => lot.filter((one) => one.author !== author).length
        const [now, past, all, allPast] = [left(lots[0]), left(lots[1]), left(lots[2]), left(lots[3])]
        const verdict = change(now, past, all, allPast)?.verdict
        return { now, past, all, allPast, held: verdict === change(...whole)?.verdict }
      })
      const named = new Map(numbers.map(({ name, value }) => [name, value]))
      const isMoved = text.es.includes('una sola cuenta')
      expect([id, isMoved, text.en.includes('one account')]).toEqual([id, named.has('mentionsWithout'), isMoved])
      if (!isMoved) expect([id, without.every(({ held }) => held)]).toEqual([id, true])
      else
        expect([id, without]).toEqual([
          id,
          expect.arrayContaining([
            expect.objectContaining({
              ...{ now: named.get('mentionsWithout'), past: named.get('mentionsBeforeWithout') },
              ...{ all: named.get('allWithout'), allPast: named.get('allBeforeWithout') },
            }),
          ]),
        ])
    }
  })

  it('say of departments what plain counting for their inhabitants finds, among all that were tested', () => {
    const asked = filter?.regions ?? []
    const places = regions.filter(({ code }) => asked.length === 0 || asked.includes(code))
    const counts = places.map(({ code, population }) => ({
      population,
      mentions: standing({ term: null, region: code, board }, from, end).length,
    }))
    const found = densityDifferences(counts)
    const dense = places
      .map(({ code }, at) => ({ code, ...counts[at], ...found[at] }))
      .filter(({ verdict, mentions = 0 }) => verdict === 'denser' && mentions >= 30)
      .sort((a, b) => (b.mentions ?? 0) / (b.population ?? 1) - (a.mentions ?? 0) / (a.population ?? 1))
    const told = insights.filter(({ kind }) => kind === 'region')
    expect(told.map(({ id }) => /^region:(\d\d)/.exec(id)?.[1])).toEqual(
      region === '*' ? dense.slice(0, 1).map(({ code }) => code) : [],
    )
    for (const { derived } of told) {
      expect([derived['pValue'], derived['tested']]).toEqual([dense[0]?.pValue, places.length])
    }
  })

  it('say of aspects what plain counting and the test of differences find', () => {
    const names = Object.keys(aspectNames)
    const saidOf = (aspect: string, start: number, finish: number) =>
      standing({ term: null, aspect, region, board }, start, finish)
    const pairs = names.map((aspect) => {
      const [own, past] = [saidOf(aspect, from, end), saidOf(aspect, before, from)]
      return { aspect, own, counts: [labelsOf(own, aspect), labelsOf(past, aspect)] as const }
    })
    const everything = [from, before].map((start, at) =>
      labelsOf(standing({ term: null, region, board }, start, at === 0 ? end : from), null),
    ) as [Scored, Scored]
    const differences = balanceDifferences([...pairs.map(({ counts }) => counts), everything])
    const level = rejectionLevel(
      differences.flatMap(({ pValue }) => pValue ?? []),
      0.05,
    )
    /** Whether it is said, and as what: by leaving out each author there is. */
    const fateOf = (aspect: string | null) => {
      const lots = [
        standing({ term: null, aspect, region, board }, from, end),
        standing({ term: null, aspect, region, board }, before, from),
      ] as const
      const [now, past] = [balanceOf(lots[0], aspect), balanceOf(lots[1], aspect)]
      const parts = [...new Set(lots.flat().map(({ author }) => author))].flatMap((author) => {
        const left = lots.map((lot) => lot.filter((one) => one.author !== author))
        const [own = [], other = []] = left
        const [mine, others] = [labelsOf(own, aspect), labelsOf(other, aspect)]
        const isSame = now > past === balanceOf(own, aspect) > balanceOf(other, aspect)
        if (areEnough(mine, others) && differencePValue(mine, others) <= level && isSame) return []
        return [Math.max(...lots.map((lot, at) => 1 - (left[at]?.length ?? 0) / lot.length))]
      })
      return parts.length === 0 ? 'holds' : Math.max(...parts) >= 0.1 ? 'oneAuthor' : 'none'
    }
    const verdictOf = (...wanted: readonly string[]) =>
      pairs.filter(({ own }, at) => own.length > 0 && wanted.includes(differences[at]?.verdict ?? ''))
    const toldOf = (kind: Insight['kind']) => insights.filter((one) => one.kind === kind)
    expect(
      toldOf('aspectShift')
        .map(({ id }) => id.split(':')[1])
        .sort(),
    ).toEqual(
      verdictOf('better', 'worse')
        .map(({ aspect }) => aspect)
        .filter((aspect) => fateOf(aspect) !== 'none')
        .sort(),
    )
    for (const { id, derived } of toldOf('aspectShift')) {
      const at = names.indexOf(id.split(':')[1] ?? '')
      expect([id, derived['difference'], derived['pValue']]).toEqual([
        id,
        expect.closeTo(differences[at]?.difference ?? Number.NaN, 10),
        expect.closeTo(differences[at]?.pValue ?? Number.NaN, 10),
      ])
      expect(derived['tested']).toBe(differences.filter(({ pValue }) => pValue !== null).length)
    }
    const whole = differences.at(-1)
    const isTurned = (whole?.verdict === 'better' || whole?.verdict === 'worse') && fateOf(null) !== 'none'
    for (const { kind, id, text } of [...toldOf('aspectShift'), ...toldOf('moodShift')])
      expect([id, text.es.includes('una sola cuenta')]).toEqual([
        id,
        fateOf(kind === 'moodShift' ? null : (id.split(':')[1] ?? '')) === 'oneAuthor',
      ])
    expect(toldOf('moodShift').map(({ derived }) => derived['pValue'])).toEqual(
      isTurned ? [expect.closeTo(whole?.pValue ?? Number.NaN, 10)] : [],
    )
    const few = Object.fromEntries(verdictOf('tooFew').map(({ aspect, own }) => [aspect, own.length]))
    const numbers = toldOf('aspectsFew').flatMap((one) => one.numbers)
    const given = numbers.flatMap(({ name, value }) => (names.includes(name) ? [[name, value]] : []))
    expect(Object.fromEntries(given)).toEqual(few)
    for (const { numbers: own, derived } of toldOf('aspects')) {
      const balances = pairs
        .filter(({ own: { length } }) => length >= 30)
        .map(({ aspect, own: some }) => [balanceOf(some, aspect), some.length, aspect] as const)
        .sort(([one], [other]) => other - one)
      const named = Object.fromEntries(own.map(({ name, value }) => [name, value]))
      expect(balances.length).toBeGreaterThan(1)
      expect([named['balanceOfBest'], named['best']]).toEqual([
        expect.closeTo(balances[0]?.[0] ?? 9, 10),
        balances[0]?.[1],
      ])
      expect([named['balanceOfWorst'], named['worst']]).toEqual([
        expect.closeTo(balances.at(-1)?.[0] ?? 9, 10),
        balances.at(-1)?.[1],
      ])
      const [first = '', last = ''] = [balances[0], balances.at(-1)].map((one) => one?.[2])
      expect(derived).toMatchObject({
        tested: (balances.length * (balances.length - 1)) / 2,
        pValue: expect.closeTo(pairedPValue(standing({ term: null, region, board }, from, end), first, last), 10),
      })
    }
  })

  it('say of terms beside the rest what plain counting and the test of differences find, among all that were tested', () => {
    const all = standing({ term: null, region, board }, from, end)
    for (const { id, kind, text, derived } of insights) {
      const term = /^mood:(.*):\d+-\d+$/.exec(id)?.[1]
      if (kind !== 'mood' || term === undefined) continue
      const own = standing({ term, region, board }, from, end)
      const rest = all.filter((one) => !own.includes(one))
      const [mine, others] = [labelsOf(own, null), labelsOf(rest, null)]
      const pValue = differencePValue(mine, others)
      const tested = derived['tested'] ?? 0
      expect([id, derived['pValue'], derived['balanceOfRest'], derived['difference']]).toEqual([
        id,
        expect.closeTo(pValue, 10),
        expect.closeTo(balanceOf(rest), 10),
        expect.closeTo(balanceOf(own) - balanceOf(rest), 10),
      ])
      expect(tested).toBeGreaterThan(1)
      expect(pValue).toBeLessThanOrEqual(0.05)
      expect(text.en).toContain(`significant among ${saidIn('en-GB').count(tested)} comparisons`)
    }
    for (const { kind, derived } of insights)
      if (kind === 'rising' || kind === 'falling' || kind === 'share')
        expect([derived['tested'], derived['pValue']]).toEqual([expect.any(Number), expect.any(Number)])
  })

  it('say them in both languages', () => {
    const [es, en] = [saidIn('es-PE'), saidIn('en-GB')]
    for (const { kind, text, numbers } of insights) {
      const named = new Map(numbers.map(({ name, value }) => [name, value]))
      const said = kind === 'mood' ? 'balance' : kind === 'shift' ? 'observed' : 'mentions'
      const value = named.get(said)
      if (typeof value !== 'number') continue
      const as = (words: typeof es) =>
        said === 'balance' ? words.balance(value) : said === 'observed' ? words.significant(value) : words.count(value)
      expect([kind, text.es]).toEqual([kind, expect.stringContaining(as(es))])
      expect([kind, text.en]).toEqual([kind, expect.stringContaining(as(en))])
    }
  })

  it('name the posts behind them: as many as they say, each of them about it', async () => {
    for (const { kind, id, numbers, posts: behind } of insights) {
      const { sql, params } = behind.query
      const rows = await store.query<{ postId: string }>(sql, { params })
      const ids = rows.map(({ postId }) => postId)
      expect([id, behind.shown.length > 0 && behind.shown.every(({ postId }) => ids.includes(postId))]).toEqual([
        id,
        true,
      ])
      // of an aspect those that turned it
      const turned = kind !== 'aspectShift' ? null : behind.query.sql.includes("= 'positive'") ? 'positive' : 'negative'
      const counted = numbers.find(
        ({ name }) => name === (turned ?? (kind === 'falling' ? 'mentionsBefore' : 'mentions')),
      )?.value
      if (counted !== undefined) expect([id, ids.length]).toEqual([id, counted])
      const aspect = /^aspectShift:(.*):\d+-\d+$/.exec(id)?.[1]
      for (const post of mentions.filter(({ postId }) => aspect !== undefined && ids.includes(postId)))
        expect([id, labelOf(post, aspect)]).toEqual([id, turned])
      const term = /^(?:rising|falling|share|leader|mood):\w+ (.*):\d+-\d+$/.exec(id)?.[1]
      if (term === undefined) continue
      for (const post of mentions.filter(({ postId }) => ids.includes(postId)))
        expect([id, post.terms.map((each) => each.term)]).toEqual([id, expect.arrayContaining([term])])
    }
  })
})

describe('the insights of a week', () => {
  it('tell what rises, what is named most, of what people speak worse, where most is said, and what has shifted', async () => {
    const all = await Promise.all([1, 4].map((count) => insightsOf(store, { region: '*', filter: null }, weeks(count))))
    const kinds = new Set(all.flat().map(({ kind }) => kind))
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        ...['volume', 'shift', 'rising', 'leader', 'mood', 'region'],
        ...['aspectShift', 'aspects', 'aspectsFew'],
      ]),
    )
  })

  it('tell that service is spoken of worse, with how much, how many and how sure', async () => {
    const insights = await insightsOf(store, { region: '*', filter: null }, period)
    const { text, posts: behind } = insights.find(({ id }) => id.startsWith('aspectShift:service')) ?? {}
    expect(text).toEqual({
      es: 'Sobre la atención se habla peor que en el periodo anterior: balance −0.96, antes −0.42; 57 menciones, antes 12. La diferencia es significativa entre 4 comparaciones (p = 0.00013).',
      en: 'Service is spoken of worse than in the period before: balance −0.96, −0.42 before; 57 mentions, 12 before. The difference is significant among 4 comparisons (p = 0.00013).',
    })
    expect(behind?.shown).toHaveLength(3)
    expect(insights.filter(({ kind }) => kind.startsWith('aspects')).map((one) => one.text)).toEqual([
      {
        es: 'Sobre la comida (balance −0.04, 157 menciones) se habla mejor que sobre la atención (balance −0.96, 57 menciones): la diferencia es significativa (p < 0.0001).',
        en: 'Food (balance −0.04, 157 mentions) is spoken of better than service (balance −0.96, 57 mentions): the difference is significant (p < 0.0001).',
      },
      {
        es: 'Muy pocas menciones para comparar con el periodo anterior: el ambiente (10, antes 8) y la carta (3, antes 3).',
        en: 'Too few mentions to compare with the period before: ambience (10, 8 before) and the menu (3, 3 before).',
      },
    ])
  })

  it('say that there is too little to say anything, where there is', async () => {
    const [first, ...rest] = await insightsOf(store, { region: '17', filter: null }, period)
    expect([first?.kind, rest]).toEqual(['tooFew', []])
    expect(first?.text.es).toContain('muy pocas')
  })
})
