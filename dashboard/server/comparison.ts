import { type BalanceDifference, balanceDifferences } from '../../schemas/balance-difference.js'
import { type Change, change, changes, fewMentions, leastMentions, type Spoken } from '../../schemas/growth.js'
import { balanceInterval, countInterval, type Interval, leastScored, shareInterval } from '../../schemas/interval.js'
import { isKnownInFull } from '../../schemas/known-past.js'
import { comparisonDefinitions } from '../../schemas/metrics/comparison.js'
import { type Counts, metrics, noCounts, overMentions } from '../../schemas/metrics.js'
import { trendLayouts } from '../../schemas/trend-layouts.js'
import { asOfNow, asOfParams, writtenBy } from '../../sinks/live/as-of.js'
import { type BoardFilter, filterParams, passesIn } from '../../sinks/live/filter.js'
import { mentionsWithin, storeHistory } from '../../sinks/live/store-history.js'
import { labelOfAspect, mentionHoldsTerm, termKeysWhere, termParams } from '../../sinks/live/terms.js'
import { termKey } from '../../sinks/live/view.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { beforeOf, type Period } from './period.js'
import { regions } from './regions.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

export type Compared = 'terms' | 'regions' | 'sources' | 'aspects'
export type Term = { readonly term: string; readonly kind: string }

/** One thing beside others. Intervals are of 95 %, see `schemas/interval.ts`. */
export interface ComparedItem {
  /** A term, a ubigeo (empty: not known), a source or an aspect. */
  readonly name: string
  /** Kind of the term, `region`, `source` or `aspect`. */
  readonly kind: string
  readonly volume: number
  readonly reposts: number
  /** Mentions of the preceding period of equal length; null where that is not known in full. */
  readonly previous: number | null
  /** Of all mentions of the region and period; of a region, source or aspect that is asked for one term, of its own mentions. */
  readonly share: number | null
  readonly shareInterval: Interval | null
  readonly shareAmongCompared: number | null
  /** Of regions. */
  readonly perHundredThousand: number | null
  readonly perHundredThousandInterval: Interval | null
  /** Of an aspect, of what is said of it. Null without sentiment, and with fewer than ten mentions that have one: too few to say. */
  readonly balance: number | null
  readonly balanceInterval: Interval | null
  readonly scored: number
  /** Mentions by what they say. */
  readonly negative: number
  readonly neutral: number
  readonly positive: number
  /** Of those that have a sentiment; null without any. */
  readonly positiveShare: number | null
  /** The balance of the preceding period, by the same rules; null too where that is not known in full. */
  readonly balanceBefore: number | null
  /** The balance beside that of the preceding period, tested together with all that is compared and the whole; null where that is not known in full. */
  readonly balanceChange: BalanceDifference | null
  readonly authors: number
  /** Of the mentions against the preceding period, tested together with all that is compared; of the whole alone. */
  readonly change: Change | null
  /** Fewer than 30 mentions in both periods: what is said of it is uncertain. */
  readonly few: boolean
}

export interface ComparisonQuery {
  readonly by: Compared
  readonly region: string
  /** Of terms: those to compare. */
  readonly items: readonly Term[]
  /** Of regions, sources and aspects: mentions of this term alone; null counts all. */
  readonly term: Term | null
  readonly filter: BoardFilter | null
}

interface Figures {
  readonly now: Counts & { readonly authors: number }
  readonly before: Counts & { readonly authors: number }
}

const none = { ...noCounts, authors: 0 }
const everything = 'all'
const figures = Object.entries({ ...overMentions, authors: metrics.authors.overMentions })
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ')

const keysOf: Readonly<Record<Compared, string>> = {
  terms: `arrayIntersect(${termKeysWhere('{itemWords:Bool}')}, {items:Array(String)})`,
  regions: "[ifNull(toString(m.region), '')]",
  sources: '[toString(m.source)]',
  aspects: 'arrayMap(one -> toString(one.1), m.aspects)',
}

const kindsOf = { regions: 'region', sources: 'source', aspects: 'aspect' } as const

/** The label that counts for a key: what is said of the aspect, else that of the mention. */
const labelsOf = (by: Compared): string =>
  by === 'aspects'
    ? `if(key = '${everything}', CAST(m.sentiment, 'Nullable(String)'), ${labelOfAspect('substring(key, 2)')})`
    : 'm.sentiment'

/** What lies between the two periods counts in none. */
const inEither = `(m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) OR m.createdAt < fromUnixTimestamp64Milli({beforeUntil:Int64}))`

/** Counts of each thing and of everything, in the period and in the one before. */
async function counted(
  store: Queries,
  { by, region, items, filter }: ComparisonQuery,
  term: Term | null,
  period: Period,
): Promise<ReadonlyMap<string, Figures>> {
  const { from, until, asOf } = period
  const before = beforeOf(period)
  const rows = await store.query<Counts & { authors: number; key: string; isNow: number | boolean }>(
    `SELECT key, isNow, ${figures} FROM (
       SELECT arrayJoin(arrayConcat(['${everything}'], arrayMap(each -> concat('=', each), ${keysOf[by]}))) AS key,
         m.createdAt >= fromUnixTimestamp64Milli({middle:Int64}) AS isNow, m.sign AS sign, m.repostOf AS repostOf,
         ${labelsOf(by)} AS sentiment, m.sure AS sure, m.author AS author
       FROM mentions AS m WHERE ${mentionsWithin} AND ${inEither}${writtenBy(asOf)} AND ${mentionHoldsTerm} ${passesIn(filter)}
     ) GROUP BY key, isNow`,
    {
      params: {
        ...{
          region,
          from: before.from,
          middle: from,
          beforeUntil: before.until,
          until,
          ...termParams(term),
          ...filterParams(filter),
        },
        ...{ items: items.map(({ term: name, kind }) => termKey(kind, name)) },
        ...asOfParams(asOf),
        itemWords: items.some(({ kind }) => kind === 'word'),
      },
      timeout,
    },
  )
  const found = new Map<string, Figures>()
  for (const { key, isNow, ...counts } of rows) {
    const known = found.get(key) ?? { now: none, before: none }
    found.set(key, isNow ? { ...known, now: counts } : { ...known, before: counts })
  }
  return found
}

/** Puts terms, regions, sources or aspects side by side, those with the most mentions first. */
export async function comparison(
  store: Queries,
  query: ComparisonQuery,
  asked: Period,
): Promise<{ readonly all: ComparedItem; readonly items: readonly ComparedItem[] }> {
  const { by, term } = query
  // A part and its whole are two queries.
  const period = term === null || asked.asOf !== undefined ? asked : { ...asked, asOf: await asOfNow(store) }
  const [found, base, beginning] = await Promise.all([
    counted(store, query, term, period),
    term === null ? null : counted(store, query, null, period),
    storeHistory(store).beginning(),
  ])
  const all = found.get(everything) ?? { now: none, before: none }
  const things =
    by === 'terms'
      ? query.items.map((item) => ({ key: termKey(item.kind, item.term), name: item.term, kind: item.kind }))
      : [...(base ?? found).keys()]
          .filter((key) => key !== everything)
          .map((key) => ({ key: key.slice(1), name: key.slice(1), kind: kindsOf[by] }))
  const named = things.map((thing) => ({
    ...thing,
    figures: found.get(`=${thing.key}`) ?? { now: none, before: none },
  }))
  const comparedMentions = named.reduce((sum, { figures: { now } }) => sum + now.mentions, 0)
  const mentioned = named.filter(({ figures: { now, before } }) => by === 'terms' || now.mentions + before.mentions > 0)
  const everyone = base?.get(everything) ?? all
  const { size } = trendLayouts[period.window]
  const known = isKnownInFull(beginning, beforeOf(period), everyone.before.mentions, size)
  const wholes = mentioned.map(({ key }) =>
    base === null ? all : (base.get(`=${key}`) ?? { now: none, before: none }),
  )
  // How all is spoken of is one question with how each is; how much more is said in all is another one, whose answer
  // is mostly clear: among the others it would let more of them pass.
  const differences = differencesOf([all, ...mentioned.map(({ figures: own }) => own)])
  const changed = [
    change(...spokenOf(all, everyone)),
    ...changes(mentioned.map(({ figures: own }, at) => spokenOf(own, wholes[at] ?? all))),
  ]
  const changesOf = (at: number) => ({
    balanceChange: known ? (differences[at] ?? null) : null,
    change: known ? (changed[at] ?? null) : null,
  })
  const items = mentioned
    .map(
      ({ name, kind, figures: own }, at): ComparedItem => ({
        name,
        kind,
        ...figuresOf(own, wholes[at] ?? all, known),
        ...changesOf(at + 1),
        ...beside(own, comparedMentions, kind === 'region' ? name : null),
      }),
    )
    .sort((a, b) => b.volume - a.volume || (a.name < b.name ? -1 : 1))
  return {
    all: {
      ...{ name: '*', kind: 'all', ...figuresOf(all, everyone, known) },
      ...changesOf(0),
      ...beside(all, comparedMentions, null),
      // It is none of them.
      shareAmongCompared: null,
    },
    items,
  }
}

const differencesOf = (all: readonly Figures[]) =>
  balanceDifferences(all.map(({ now, before }) => [now, before] as const))

/** @param whole what the mentions are a part of */
function figuresOf({ now, before }: Figures, whole: Figures, known: boolean) {
  const scored = scoredOf(now)
  return {
    volume: now.mentions,
    reposts: now.reposts,
    previous: known ? before.mentions : null,
    share: comparisonDefinitions.share.of(measures(now.mentions, { allMentions: whole.now.mentions })),
    shareInterval: shareInterval(now.mentions, whole.now.mentions),
    balance: balanceOf(now),
    balanceBefore: known ? balanceOf(before) : null,
    balanceInterval: scored < leastScored ? null : balanceInterval(now.positive, now.neutral, now.negative),
    scored,
    ...{ negative: now.negative, neutral: now.neutral, positive: now.positive },
    positiveShare: metrics.positiveShare.of(now),
    authors: now.authors,
    few: now.mentions + before.mentions < fewMentions,
  }
}

const scoredOf = ({ negative, neutral, positive }: Counts): number => negative + neutral + positive
const balanceOf = (counts: Counts): number | null =>
  scoredOf(counts) < leastScored ? null : metrics.balance.of(counts)

/** Against what it is a part of; everything is held against itself without a correction. */
function spokenOf({ now, before }: Figures, { now: allNow, before: allBefore }: Figures): Spoken {
  const isAll = now.mentions === allNow.mentions && before.mentions === allBefore.mentions
  const whole = isAll ? ([1, 1] as const) : ([allNow.mentions, allBefore.mentions] as const)
  return [now.mentions, before.mentions, ...whole]
}

function beside({ now }: Figures, comparedMentions: number, region: string | null) {
  const population = regions.find(({ code }) => code === region)?.population ?? null
  const interval = population === null ? null : countInterval(now.mentions)
  const rate = (mentions: number) => comparisonDefinitions.perHundredThousand.of(measures(mentions, { population }))
  return {
    shareAmongCompared: comparisonDefinitions.shareAmongCompared.of(measures(now.mentions, { comparedMentions })),
    perHundredThousand: now.mentions < leastMentions ? null : rate(now.mentions),
    perHundredThousandInterval:
      interval === null || now.mentions < leastMentions
        ? null
        : { low: rate(interval.low) ?? 0, high: rate(interval.high) ?? 0 },
  }
}

const measures = (
  mentions: number,
  of: Partial<Record<'allMentions' | 'comparedMentions' | 'population', number | null>>,
) => ({ mentions, allMentions: null, comparedMentions: null, population: null, ...of })
