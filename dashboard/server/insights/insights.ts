import { balanceDifferences } from '../../../schemas/balance-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { asOfNow } from '../../../sinks/live/as-of.js'
import type { BoardFilter } from '../../../sinks/live/filter.js'
import type { Queries } from '../../../streams/engine/ports/analytics.js'
import { comparison, type Term } from '../comparison.js'
import { beforeOf, type Period } from '../period.js'
import { topTerms } from '../queries.js'
import { balanceInsights } from './aspects.js'
import { densest } from './densest.js'
import type { Insight } from './insight.js'
import { Prover, type Subject } from './prover.js'
import { engagement, shiftInsights } from './told.js'
import { type About, leader, mood, moved, volume } from './trends.js'

export interface InsightsQuery {
  readonly region: string
  readonly filter: BoardFilter | null
}

/** Sentences of each sort at most: a page that says everything says nothing. */
const most = { rising: 3, falling: 2, mood: 2, shifts: 4 }
/** Terms that are looked at. */
const looked = 60

/** The terms that are named most, and those that were named most in the period before: they may have fallen out. */
async function talkedOf(store: Queries, query: InsightsQuery, period: Period): Promise<readonly Term[]> {
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
  { region, filter }: InsightsQuery,
  asked: Period,
): Promise<readonly Insight[]> {
  const { from, until, asOf = await asOfNow(store) } = asked
  const period: Period = { ...asked, asOf }
  const prover = new Prover(store)
  const watched = (filter?.terms ?? []).flatMap(({ term, kind }) => (kind === null ? [] : [{ term, kind }]))
  const items: readonly Term[] = watched.length > 0 ? watched : await talkedOf(store, { region, filter }, period)
  const of = { region, term: null, filter }
  const [{ items: terms, all }, { items: places }, { items: aspects }] = await Promise.all([
    comparison(store, { ...of, by: 'terms', items }, period),
    comparison(store, { ...of, by: 'regions', items: [] }, period),
    comparison(store, { ...of, by: 'aspects', items: [] }, period),
  ])
  const now: Subject = { from, until, region, term: null, aspect: null, filter, asOf }
  const before = all.previous === null ? null : { ...now, ...beforeOf(period) }
  const about: About = { now, before }
  const first = await volume(prover, about)
  if (first.kind === 'tooFew') return [first]

  const termOf = ({ name, kind }: { readonly name: string; readonly kind: string }): Term => ({ term: name, kind })
  const verdict = (wanted: string) => terms.filter(({ change, few }) => change?.verdict === wanted && !few)
  const rising = verdict('rising').sort((a, b) => (b.change?.atLeast ?? 0) - (a.change?.atLeast ?? 0))
  const falling = verdict('falling').sort((a, b) => (a.change?.atMost ?? 1) - (b.change?.atMost ?? 1))
  const leaders = ['dish', 'brand', 'ingredient'].flatMap((kind) => terms.find((term) => term.kind === kind) ?? [])
  const testedTerms = terms.filter(({ change }) => change !== null && change.pValue !== null).length
  // Each term beside the rest, all of them tested together.
  const apart = balanceDifferences(
    terms.map((term) => [
      term,
      {
        negative: all.negative - term.negative,
        neutral: all.neutral - term.neutral,
        positive: all.positive - term.positive,
      },
    ]),
  )
  const besideRest = apart.filter(({ pValue }) => pValue !== null).length
  const moods = terms
    .map((term, at) => ({ term, apart: apart[at] }))
    .filter(
      ({ term, apart: found }) =>
        (found?.verdict === 'better' || found?.verdict === 'worse') && term.volume >= fewMentions,
    )
    .sort((a, b) => Math.abs(b.apart?.difference ?? 0) - Math.abs(a.apart?.difference ?? 0))
    .map(({ term }) => termOf(term))
  const told = async (asks: readonly Promise<Insight | null>[]) =>
    (await Promise.all(asks)).filter((one) => one !== null)
  return [
    first,
    ...(await shiftInsights(store, prover, now, most.shifts)),
    ...(await told(rising.slice(0, most.rising).map((item) => moved(prover, about, termOf(item), testedTerms)))),
    ...(await told(falling.slice(0, most.falling).map((item) => moved(prover, about, termOf(item), testedTerms)))),
    ...(await balanceInsights(
      prover,
      about,
      aspects.map(({ name }) => name),
    )),
    ...(await told(leaders.map((item) => leader(prover, about, termOf(item))))),
    ...(await told(moods.slice(0, most.mood).map((term) => mood(prover, about, term, besideRest)))),
    ...(await told([region === '*' ? densest(prover, about, places) : Promise.resolve(null)])),
    ...(await told([engagement(prover, about, until - from <= 14 * 86_400_000)])),
  ]
}
