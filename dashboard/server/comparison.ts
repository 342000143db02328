import { type BalanceDifference, balanceDifferences } from '../../schemas/balance-difference.js'
import { type Change, changes, fewMentions, type Spoken } from '../../schemas/growth.js'
import { balanceInterval, countInterval, type Interval, leastScored, shareInterval } from '../../schemas/interval.js'
import { comparisonDefinitions } from '../../schemas/metrics/comparison.js'
import { type Counts, metrics } from '../../schemas/metrics.js'
import { regions } from '../../schemas/regions.js'
import type { BoardFilter } from '../../sinks/live/filter.js'
import { type ComparedSources, comparedSources } from '../../sinks/live/heard-sources.js'
import { type Counted, type LeftOut, withoutAuthor } from '../../sinks/live/one-author.js'
import { termKey } from '../../sinks/live/view.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import {
  type CountedPlaces,
  counted,
  type Figures,
  noFigures,
  partOf,
  partOfAll,
  wholeOf,
  wholeOfAll,
} from './comparison-counts.js'
import type { HeardTerms } from './heard-terms.js'
import { type Period, twoPeriods } from './period.js'

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
  /**
   * Mentions of the preceding period of equal length, of the sources that were heard in both; null where none was, and of a
   * source that was not.
   */
  readonly previous: number | null
  /** Of the volume what is held against `previous`: of the same sources; null where that is. */
  readonly comparableVolume: number | null
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
  /** Of those that have a sentiment; null where too few have. */
  readonly positiveShare: number | null
  /** The balance of the preceding period, by the same rules, of the same sources as `previous`; null too where that is. */
  readonly balanceBefore: number | null
  /** The balance that is held against it: of the same sources. */
  readonly comparableBalance: number | null
  /** That balance beside the one before, tested together with all that is compared and the whole; null where `previous` is. */
  readonly balanceChange: BalanceDifference | null
  /** Of mentions and reposts. */
  readonly authors: number
  /** Of mentions alone. */
  readonly mentionAuthors: number
  /** Of the mentions against the preceding period, tested together with all that is compared; of the whole alone. */
  readonly change: Change | null
  /** Fewer than 30 mentions in both periods, as they are held against each other: what is said of it is uncertain. */
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
  /** Of terms that were chosen by what is said of them: all that could have been, tested together with them. */
  readonly among?: HeardTerms
  /** What is held against the preceding period, where it was asked for already. */
  readonly sources?: ComparedSources
}

/** Things side by side, and what their verdicts are looked at again with: `places` and `leftOut` are of all sources. */
export interface Comparison extends CountedPlaces {
  /** Which sources are held against the preceding period. */
  readonly sources: ComparedSources
  readonly all: ComparedItem
  readonly items: readonly ComparedItem[]
  /** Who moves what is said to be moved by one author: a change, or that of the balance, of a thing or of all. */
  readonly movers: ReadonlyMap<Change | BalanceDifference, LeftOut>
  /** Among how many the change of a thing was tested, itself included. */
  testedWith(kind: string): number
}

const kindsOf = { regions: 'region', sources: 'source', aspects: 'aspect' } as const

/** Puts terms, regions, sources or aspects side by side, those with the most mentions first. */
export async function comparison(store: Queries, query: ComparisonQuery, period: Period): Promise<Comparison> {
  const { by, term, filter } = query
  const sources = query.sources ?? (await comparedSources(store, query, twoPeriods(period)))
  const [whole, held] = await Promise.all([
    counted(store, query, period),
    sources.filter === filter ? null : counted(store, { ...query, filter: sources.filter }, period),
  ])
  const { places, leftOut: authors } = whole
  const { places: heldPlaces, leftOut } = held ?? whole
  const at = (place: string): Two => ({
    ...{ place, figures: places.get(place) ?? noFigures },
    held: { place, figures: heldPlaces.get(place) ?? noFigures },
  })
  const everyone = at(wholeOfAll)
  const all = term === null ? everyone : at(partOfAll)
  const things =
    by === 'terms'
      ? query.items.map((item) => ({ key: termKey(item.kind, item.term), name: item.term, kind: item.kind }))
      : [...places.keys()]
          .filter((place) => place.startsWith(wholeOf('')))
          .map((place) => place.slice(wholeOf('').length))
          .map((key) => ({ key, name: key, kind: kindsOf[by] }))
  const named = things.map((thing) => ({
    ...thing,
    own: at((term === null ? wholeOf : partOf)(thing.key)),
    whole: term === null ? everyone : at(wholeOf(thing.key)),
  }))
  const comparedMentions = named.reduce((sum, { own }) => sum + own.figures.now.mentions, 0)
  const mentioned = named.filter(
    ({ own: { figures } }) => by === 'terms' || figures.now.mentions + figures.before.mentions > 0,
  )
  const isApart = new Set(sources.notCompared.map(({ source }) => source))
  const isKnown = (name: string) => sources.isKnown && (by !== 'sources' || !isApart.has(name))
  // How all is spoken of is one question with how each is; how much more is said in all is another one, whose answer
  // is mostly clear: among the others it would let more of them pass.
  const moods = [all.held, ...mentioned.map(({ own }) => own.held)]
  const differences = balanceDifferences(moods.map(pairOf), (index) =>
    leftOut.map((left) => pairOf(without(moods[index] ?? all.held, left))),
  )
  const { found, testedWith } = changesAmong(mentioned, query.among, leftOut)
  const changed = [
    ...changes([spokenOf(all.held, everyone.held)], () =>
      leftOut.map((left) => spokenOf(without(all.held, left), without(everyone.held, left))),
    ),
    ...found,
  ]
  const movers = new Map<Change | BalanceDifference, LeftOut>()
  const told = <Verdict extends Change | BalanceDifference>(verdict: Verdict | null | undefined): Verdict | null => {
    if (!sources.isKnown || verdict === null || verdict === undefined) return null
    const { author, ...said } = verdict
    const left = author === undefined ? undefined : leftOut[author]
    if (left === undefined) return verdict
    movers.set(said as Verdict, left)
    return said as Verdict
  }
  const changesOf = (index: number) => ({ balanceChange: told(differences[index]), change: told(changed[index]) })
  const items = mentioned
    .map(
      ({ name, kind, own, whole }, index): ComparedItem => ({
        name,
        kind,
        ...figuresOf(own, whole, isKnown(name)),
        ...(isKnown(name) ? changesOf(index + 1) : { balanceChange: null, change: null }),
        ...beside(own.figures, comparedMentions, kind === 'region' ? name : null),
      }),
    )
    .sort((a, b) => b.volume - a.volume || (a.name < b.name ? -1 : 1))
  return {
    ...{ places, leftOut: authors, sources, movers, items, testedWith },
    all: {
      ...{ name: '*', kind: 'all', ...figuresOf(all, everyone, sources.isKnown) },
      ...changesOf(0),
      ...beside(all.figures, comparedMentions, null),
      // It is none of them.
      shareAmongCompared: null,
    },
  }
}

/** What is counted in a place. */
interface Place {
  readonly place: string
  readonly figures: Counted
}

/** The same of all sources, and of those that are held against the preceding period. */
interface Two {
  readonly place: string
  readonly figures: Figures
  readonly held: Place
}

interface Named {
  readonly key: string
  readonly kind: string
  readonly own: Two
  readonly whole: Two
}

/**
 * The changes of things, tested together, and with all that they were chosen among: emerging words among words, all else
 * among all else.
 */
function changesAmong(things: readonly Named[], among: HeardTerms | undefined, leftOut: readonly LeftOut[]) {
  const isWord = ({ kind }: { readonly kind: string }) => among !== undefined && kind === 'word'
  const found = new Map<Named, Change | null>()
  const tested = [false, true].map((words) => {
    const own = things.filter((thing) => isWord(thing) === words)
    const shown = new Set(own.map(({ key }) => key))
    const others = (among === undefined ? [] : words ? among.words : among.known).filter(
      ({ term, kind }) => !shown.has(termKey(kind, term)),
    )
    const verdicts = changes(
      [
        ...own.map(({ own: place, whole }) => correctedOf(place.held, whole.held)),
        ...others.map(
          ({ current, previous }): Spoken => [current, previous, among?.allNow ?? 0, among?.allBefore ?? 0],
        ),
      ],
      (at) => {
        const thing = own[at]
        if (thing === undefined) return []
        return leftOut.map((left) => correctedOf(without(thing.own.held, left), without(thing.whole.held, left)))
      },
    )
    for (const [at, thing] of own.entries()) found.set(thing, verdicts[at] ?? null)
    return verdicts.filter((each) => each !== null && each.pValue !== null).length
  })
  return {
    found: things.map((thing) => found.get(thing) ?? null),
    testedWith: (kind: string) => tested[Number(isWord({ kind }))] ?? 0,
  }
}

const without = ({ place, figures }: Place, left: LeftOut): Place => ({
  place,
  figures: withoutAuthor(figures, place, left),
})
const pairOf = ({ figures: { now, before } }: Place) => [now, before] as const

/** @param whole what the mentions are a part of */
function figuresOf({ figures: { now, before }, held: { figures: held } }: Two, whole: Two, known: boolean) {
  const scored = scoredOf(now)
  const everyone = whole.figures.now.mentions
  return {
    volume: now.mentions,
    reposts: now.reposts,
    previous: known ? held.before.mentions : null,
    comparableVolume: known ? held.now.mentions : null,
    share: comparisonDefinitions.share.of(measures(now.mentions, { allMentions: everyone })),
    shareInterval: shareInterval(now.mentions, everyone),
    balance: metrics.balance.of(now),
    balanceBefore: known ? metrics.balance.of(held.before) : null,
    comparableBalance: known ? metrics.balance.of(held.now) : null,
    balanceInterval: scored < leastScored ? null : balanceInterval(now.positive, now.neutral, now.negative),
    scored,
    ...{ negative: now.negative, neutral: now.neutral, positive: now.positive },
    positiveShare: metrics.positiveShare.of(now),
    authors: now.authors,
    mentionAuthors: now.mentionAuthors,
    few: (known ? held.now.mentions + held.before.mentions : now.mentions + before.mentions) < fewMentions,
  }
}

const scoredOf = ({ negative, neutral, positive }: Counts): number => negative + neutral + positive

/** Against what it is a part of. */
const correctedOf = ({ figures: { now, before } }: Place, { figures: whole }: Place): Spoken => [
  ...([now.mentions, before.mentions] as const),
  ...([whole.now.mentions, whole.before.mentions] as const),
]
/** The same; what is everything is held against itself, without a correction. */
const spokenOf = (own: Place, whole: Place): Spoken =>
  own.place === whole.place ? [own.figures.now.mentions, own.figures.before.mentions, 1, 1] : correctedOf(own, whole)

function beside({ now }: Figures, comparedMentions: number, region: string | null) {
  const population = regions.find(({ code }) => code === region)?.population ?? null
  const interval = population === null ? null : countInterval(now.mentions)
  const rate = (mentions: number) => comparisonDefinitions.perHundredThousand.of(measures(mentions, { population }))
  return {
    shareAmongCompared: comparisonDefinitions.shareAmongCompared.of(measures(now.mentions, { comparedMentions })),
    perHundredThousand: rate(now.mentions),
    perHundredThousandInterval:
      interval === null || population === null || rate(now.mentions) === null
        ? null
        : { low: (interval.low * 100_000) / population, high: (interval.high * 100_000) / population },
  }
}

const measures = (
  mentions: number,
  of: Partial<Record<'allMentions' | 'comparedMentions' | 'population', number | null>>,
) => ({ mentions, allMentions: null, comparedMentions: null, population: null, ...of })
