import { type BalanceDifference, balanceDifferences, type Scored } from '../../../schemas/balance-difference.js'
import { fewMentions, leads } from '../../../schemas/growth.js'
import { noCounts } from '../../../schemas/metrics.js'
import { noteworthyPart, takenAway } from '../../../schemas/one-author.js'
import { asOfNow } from '../../../sinks/live/as-of.js'
import type { BoardFilter } from '../../../sinks/live/filter.js'
import { type ComparedSources, comparedSources } from '../../../sinks/live/heard-sources.js'
import { type LeftOut, withoutAuthor } from '../../../sinks/live/one-author.js'
import { termKey } from '../../../sinks/live/view.js'
import type { Queries } from '../../../streams/engine/ports/analytics.js'
import { type ComparedItem, type Comparison, comparison, type Term } from '../comparison.js'
import { noFigures, wholeOf, wholeOfAll } from '../comparison-counts.js'
import { changesOf, type HeardTerm, type HeardTerms, heardTerms, tellable } from '../heard-terms.js'
import { beforeOf, type Period, twoPeriods } from '../period.js'
import { balanceInsights } from './aspects.js'
import { densest } from './densest.js'
import type { Insight } from './insight.js'
import { withoutOf } from './one-account.js'
import { Prover, type Subject } from './prover.js'
import { shiftInsights } from './shift.js'
import { engagement } from './told.js'
import { type About, leader, mood, moved, volume } from './trends.js'

export interface InsightsQuery {
  readonly region: string
  readonly filter: BoardFilter | null
  /** What is said of this term alone; null or absent: of everything. */
  readonly term?: Term | null
  /** What is held against the period before, where it was asked for already. */
  readonly sources?: ComparedSources
}

/** Sentences of each sort at most: a page that says everything says nothing. */
const most = { rising: 3, falling: 2, share: 2, mood: 2, shifts: 4 }
/** Terms that are looked at. */
const looked = 60

/** Kinds of which is told what is named most. */
const ledKinds = ['dish', 'brand', 'ingredient']

/**
 * The terms that are looked at: those that are named most, those that were named most in the period before, for they may
 * have fallen out, those whose mentions changed, and what leads its kind with the one behind it.
 * @param heard of the sources that are held against the period before
 * @param ofAll of all sources: what leads its kind is told of the period alone
 */
function talkedOf(heard: HeardTerms, ofAll: HeardTerms): readonly Term[] {
  const all = tellable(heard)
  const changed = changesOf(heard)
  const most = (of: readonly HeardTerm[], by: 'current' | 'previous', limit: number) =>
    of
      .filter((one) => one[by] > 0)
      .sort((a, b) => b[by] - a[by] || (a.term < b.term ? -1 : 1))
      .slice(0, limit)
  const [known, words] = [heard.known, all.filter(({ kind }) => kind === 'word')]
  const pValueOf = ({ kind, term }: HeardTerm) => changed.get(termKey(kind, term))?.pValue ?? 1
  const moving = all
    .filter(({ kind, term }) => {
      const { verdict } = changed.get(termKey(kind, term)) ?? { verdict: 'steady' }
      return verdict === 'rising' || verdict === 'falling'
    })
    .sort((a, b) => pValueOf(a) - pValueOf(b))
    .slice(0, looked)
  const found = [
    ...(['current', 'previous'] as const).flatMap((by) => [...most(known, by, looked), ...most(words, by, looked)]),
    ...moving,
    ...ledKinds.flatMap((each) =>
      most(
        ofAll.known.filter(({ kind }) => kind === each),
        'current',
        2,
      ),
    ),
  ]
  return [...new Map(found.map(({ term, kind }) => [termKey(kind, term), { term, kind }])).values()]
}

/**
 * What is worth knowing of a period, the weightiest first, each sentence with the queries and posts that prove it. All of
 * them count what was written when they were begun, so that numbers of one sentence and of another fit together.
 */
export async function insightsOf(
  store: Queries,
  { region, filter, term = null, sources: known }: InsightsQuery,
  asked: Period,
): Promise<readonly Insight[]> {
  const { from, until, asOf = await asOfNow(store) } = asked
  const period: Period = { ...asked, asOf }
  const prover = new Prover(store)
  const sources = known ?? (await comparedSources(store, { region, filter }, twoPeriods(period)))
  const watched = (filter?.terms ?? []).flatMap(({ term, kind }) => (kind === null ? [] : [{ term, kind }]))
  const heard = (of: BoardFilter | null) => heardTerms(store, { region, filter: of, withWords: true }, period)
  const isChosen = term === null && watched.length === 0
  const among = isChosen ? await heard(sources.filter) : undefined
  const chosen =
    among === undefined ? watched : talkedOf(among, sources.filter === filter ? among : await heard(filter))
  const items: readonly Term[] = term !== null ? [term] : chosen
  const ofTerm = (of: BoardFilter | null): BoardFilter | null =>
    term === null ? of : { regions: [], sources: [], ...of, terms: [term] }
  const own = ofTerm(filter)
  const of = { region, term: null, filter: own }
  const compared: ComparedSources = {
    ...sources,
    filter: sources.filter === filter ? own : ofTerm(sources.filter),
  }
  const [byTerm, places, aspects] = await Promise.all([
    comparison(
      store,
      { ...of, by: 'terms', items, filter, sources, ...(among === undefined ? {} : { among }) },
      period,
    ),
    comparison(store, { ...of, by: 'regions', items: [], sources: compared }, period),
    comparison(store, { ...of, by: 'aspects', items: [], sources: compared }, period),
  ])
  const { items: terms } = byTerm
  const { all } = aspects
  const aboutOf = (of: BoardFilter | null): About => {
    const now: Subject = { from, until, region, term: null, aspect: null, filter: of, asOf }
    const earlier: Subject = { ...now, ...beforeOf(period) }
    return { now, before: sources.isKnown ? earlier : null, earlier }
  }
  /** The period alone, of all sources. */
  const about = aboutOf(own)
  /** Held against the one before: of the sources that were heard in both. */
  const held = aboutOf(compared.filter)
  /** A term is held against what it is a part of. */
  const wide = aboutOf(filter)
  const wideHeld = aboutOf(sources.filter)
  const { now } = about
  const movers = (left: LeftOut | undefined, of = wideHeld) =>
    left === undefined ? null : withoutOf(of, 'terms', left)
  const without = ({ change }: ComparedItem) => (change === null ? null : movers(byTerm.movers.get(change)))
  const mover = all.change === null ? undefined : aspects.movers.get(all.change)
  const moverOfAll = mover === undefined ? null : withoutOf(held, 'aspects', mover)
  const first = await volume(prover, about, held, sources, moverOfAll)
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
  const ofShare = terms
    .filter(({ change, few }) => !few && (change?.verdict === 'shareRising' || change?.verdict === 'shareFalling'))
    .sort((a, b) => Math.abs(Math.log(b.change?.factor ?? 1)) - Math.abs(Math.log(a.change?.factor ?? 1)))
  const leaders = (term === null ? ledKinds : []).flatMap((kind) => terms.find((one) => one.kind === kind) ?? [])
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
      rising
        .slice(0, most.rising)
        .map((item) => moved(prover, wideHeld, termOf(item), byTerm.testedWith(item.kind), without(item))),
    )),
    ...(await told(
      falling
        .slice(0, most.falling)
        .map((item) => moved(prover, wideHeld, termOf(item), byTerm.testedWith(item.kind), without(item))),
    )),
    ...(await told(
      ofShare
        .slice(0, most.share)
        .map((item) => moved(prover, wideHeld, termOf(item), byTerm.testedWith(item.kind), without(item))),
    )),
    ...(await balanceInsights(prover, about, held, aspects)),
    ...(await told(
      leaders.map((item) => {
        const { level, second, isClear, left } = leadOf(byTerm, item)
        // The only one of its kind, as on a board of one dish, is before nobody.
        if (second === null && level.length === 0) return Promise.resolve(null)
        const behind = second === null ? null : { term: termOf(second), isClear, without: movers(left, wide) }
        return leader(prover, wide, [item, ...level].map(termOf), behind)
      }),
    )),
    ...(await told(
      turned
        .slice(0, most.mood)
        .map(({ term, left }) => mood(prover, wide, termOf(term), besideRest, movers(left, wide))),
    )),
    ...(await told([region === '*' ? densest(prover, about, places) : Promise.resolve(null)])),
    ...(await told([engagement(prover, about)])),
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

/**
 * Whether what is named most of a kind leads: more than chance gives against the one behind it. That test of the two alone
 * is enough for the first of many (Hung and Fithian 2019, "Rank verification for exponential families").
 */
function leadOf({ items, places, leftOut }: Comparison, first: ComparedItem) {
  const mentionsOf = (item: ComparedItem, left: LeftOut): number =>
    withoutAuthor(places.get(placeOf(item)) ?? noFigures, placeOf(item), left).now.mentions
  const others = items.filter((item) => item.kind === first.kind && item !== first)
  const level = others.filter(({ volume }) => volume === first.volume)
  const [second = null] = others
  if (second === null) return { level, second, isClear: true }
  const isClear = leads(first.volume, second.volume)
  if (!isClear) return { level, second, isClear }
  for (const left of leftOut) {
    const own = mentionsOf(first, left)
    const ahead = others.find((item) => mentionsOf(item, left) > own)
    if (ahead === undefined) continue
    // of an author who says little is not told that he moves it: then it hangs by a thread
    return takenAway(first.volume, own) < noteworthyPart
      ? { level, second, isClear: false }
      : { level, second: ahead, isClear, left }
  }
  return { level, second, isClear }
}
