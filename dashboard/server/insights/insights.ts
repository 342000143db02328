import { type BalanceDifference, balanceDifferences, type Scored } from '../../../schemas/balance-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { noCounts } from '../../../schemas/metrics.js'
import { asOfNow } from '../../../sinks/live/as-of.js'
import type { BoardFilter } from '../../../sinks/live/filter.js'
import { type LeftOut, withoutAuthor } from '../../../sinks/live/one-author.js'
import { termKey } from '../../../sinks/live/view.js'
import type { Queries } from '../../../streams/engine/ports/analytics.js'
import { type ComparedItem, type Comparison, comparison, type Term } from '../comparison.js'
import { noFigures, wholeOf, wholeOfAll } from '../comparison-counts.js'
import { beforeOf, type Period } from '../period.js'
import { topTerms } from '../queries.js'
import { balanceInsights } from './aspects.js'
import { densest } from './densest.js'
import type { Insight } from './insight.js'
import { withoutOf } from './one-account.js'
import { Prover, type Subject } from './prover.js'
import { engagement, shiftInsights } from './told.js'
import { type About, leader, mood, moved, volume } from './trends.js'

export interface InsightsQuery {
  readonly region: string
  readonly filter: BoardFilter | null
  /** What is said of this term alone; null or absent: of everything. */
  readonly term?: Term | null
}

/** Sentences of each sort at most: a page that says everything says nothing. */
const most = { rising: 3, falling: 2, mood: 2, shifts: 4 }
/** Terms that are looked at. */
const looked = 60

/** The terms that are named most, and those that were named most in the period before: they may have fallen out. */
async function talkedOf(store: Queries, query: Omit<InsightsQuery, 'term'>, period: Period): Promise<readonly Term[]> {
  const { window } = period
  const asked = { ...query, limit: looked }
  const found = await Promise.all(
    [period, { ...period, ...beforeOf(period) }].flatMap((each) => [
      topTerms(store, { ...asked, kinds: [] }, each),
      // These stand in results of windows alone; what is said of them is counted like the rest.
      topTerms(store, { ...asked, kinds: ['word'] }, { window, from: each.from, until: each.until }),
    ]),
  )
  const terms = found.flat().map(({ term, kind }) => ({ term, kind }))
  return [...new Map(terms.map((term) => [`${term.kind} ${term.term}`, term])).values()]
}

/**
 * What is worth knowing of a period, the weightiest first, each sentence with the queries and posts that prove it. All of
 * them count what was written when they were begun, so that numbers of one sentence and of another fit together.
 */
export async function insightsOf(
  store: Queries,
  { region, filter, term = null }: InsightsQuery,
  asked: Period,
): Promise<readonly Insight[]> {
  const { from, until, asOf = await asOfNow(store) } = asked
  const period: Period = { ...asked, asOf }
  const prover = new Prover(store)
  const watched = (filter?.terms ?? []).flatMap(({ term, kind }) => (kind === null ? [] : [{ term, kind }]))
  const items: readonly Term[] =
    term !== null ? [term] : watched.length > 0 ? watched : await talkedOf(store, { region, filter }, period)
  const own = term === null ? filter : { regions: [], sources: [], ...filter, terms: [term] }
  const of = { region, term: null, filter: own }
  const [byTerm, places, aspects] = await Promise.all([
    comparison(store, { ...of, by: 'terms', items, filter }, period),
    comparison(store, { ...of, by: 'regions', items: [] }, period),
    comparison(store, { ...of, by: 'aspects', items: [] }, period),
  ])
  const { items: terms } = byTerm
  const { all } = aspects
  const now: Subject = { from, until, region, term: null, aspect: null, filter: own, asOf }
  const earlier: Subject = { ...now, ...beforeOf(period) }
  const before = all.previous === null ? null : earlier
  const about: About = { now, before, earlier }
  /** A term is held against what it is a part of. */
  const wide: About = {
    ...{ now: { ...now, filter }, earlier: { ...earlier, filter } },
    before: before === null ? null : { ...before, filter },
  }
  const movers = (left: LeftOut | undefined) => (left === undefined ? null : withoutOf(wide, 'terms', left))
  const without = ({ change }: ComparedItem) => (change === null ? null : movers(byTerm.movers.get(change)))
  const mover = all.change === null ? undefined : aspects.movers.get(all.change)
  const first = await volume(prover, about, mover === undefined ? null : withoutOf(about, 'aspects', mover))
  if (first.kind === 'tooFew') return [first]

  const termOf = ({ name, kind }: { readonly name: string; readonly kind: string }): Term => ({ term: name, kind })
  const verdict = (wanted: 'rising' | 'falling') =>
    terms.filter(
      ({ change, few }) =>
        !few &&
        (change?.verdict === wanted ||
          (change?.verdict === 'oneAuthor' && (wanted === 'rising') === change.atLeast > 1)),
    )
  const byOne = ({ change }: ComparedItem) => Number(change?.verdict === 'oneAuthor')
  // what one account moves comes last
  const rising = verdict('rising').sort(
    (a, b) => byOne(a) - byOne(b) || (b.change?.atLeast ?? 0) - (a.change?.atLeast ?? 0),
  )
  const falling = verdict('falling').sort(
    (a, b) => byOne(a) - byOne(b) || (a.change?.atMost ?? 1) - (b.change?.atMost ?? 1),
  )
  const leaders = (term === null ? ['dish', 'brand', 'ingredient'] : []).flatMap(
    (kind) => terms.find((one) => one.kind === kind) ?? [],
  )
  const testedTerms = terms.filter(({ change }) => change !== null && change.pValue !== null).length
  const moods = moodsOf(byTerm)
  const besideRest = moods.filter(({ apart: { pValue } }) => pValue !== null).length
  const turned = moods
    .filter(({ term, apart: { verdict: found } }) => isTold(found) && term.volume >= fewMentions)
    .sort(
      ({ apart: one }, { apart: other }) =>
        Number(one.verdict === 'oneAuthor') - Number(other.verdict === 'oneAuthor') ||
        Math.abs(other.difference ?? 0) - Math.abs(one.difference ?? 0),
    )
  const told = async (asks: readonly Promise<Insight | null>[]) =>
    (await Promise.all(asks)).filter((one) => one !== null)
  return [
    first,
    ...(await shiftInsights(store, prover, now, most.shifts)),
    ...(await told(
      rising.slice(0, most.rising).map((item) => moved(prover, wide, termOf(item), testedTerms, without(item))),
    )),
    ...(await told(
      falling.slice(0, most.falling).map((item) => moved(prover, wide, termOf(item), testedTerms, without(item))),
    )),
    ...(await balanceInsights(prover, about, aspects)),
    ...(await told(
      leaders.map((item) => {
        const rival = rivalOf(byTerm, item)
        const without = movers(rival?.left)
        return leader(
          ...([prover, wide, termOf(item)] as const),
          rival === null || without === null ? null : { term: termOf(rival.item), without },
        )
      }),
    )),
    ...(await told(
      turned.slice(0, most.mood).map(({ term, left }) => mood(prover, wide, termOf(term), besideRest, movers(left))),
    )),
    ...(await told([region === '*' ? densest(prover, about, places) : Promise.resolve(null)])),
    ...(await told([engagement(prover, about, until - from <= 14 * 86_400_000)])),
  ]
}

const isTold = (verdict: BalanceDifference['verdict']): boolean => verdict !== 'steady' && verdict !== 'tooFew'

const placeOf = ({ kind, name }: ComparedItem): string => wholeOf(termKey(kind, name))

/** Each term beside the rest, all of them tested together, with the author without whom it is as the rest. */
function moodsOf({ items, places, leftOut }: Comparison) {
  const beside = (item: ComparedItem, left?: LeftOut) => {
    const [own, all] = [placeOf(item), wholeOfAll].map((place) => {
      const figures = places.get(place) ?? noFigures
      return (left === undefined ? figures : withoutAuthor(figures, place, left)).now
    })
    const [said, everything] = [own ?? noCounts, all ?? noCounts]
    return [said, lessThan(everything, said)] as const
  }
  const differences = balanceDifferences(
    items.map((item) => beside(item)),
    (at) => leftOut.flatMap((left) => (items[at] === undefined ? [] : [beside(items[at], left)])),
  )
  return items.flatMap((term, at) => {
    const apart = differences[at]
    if (apart === undefined) return []
    return [{ term, apart, left: apart.author === undefined ? undefined : leftOut[apart.author] }]
  })
}

const lessThan = (all: Scored, part: Scored): Scored => ({
  negative: all.negative - part.negative,
  neutral: all.neutral - part.neutral,
  positive: all.positive - part.positive,
})

/** The term of the same kind that would be named more than the leader without one author, and that author. */
function rivalOf({ items, places, leftOut }: Comparison, leader: ComparedItem) {
  const mentionsOf = (item: ComparedItem, left: LeftOut): number =>
    withoutAuthor(places.get(placeOf(item)) ?? noFigures, placeOf(item), left).now.mentions
  const rivals = items.filter((item) => item.kind === leader.kind && item !== leader)
  for (const left of leftOut) {
    const own = mentionsOf(leader, left)
    const ahead = rivals.find((item) => mentionsOf(item, left) > own)
    if (ahead !== undefined) return { item: ahead, left }
  }
  return null
}
