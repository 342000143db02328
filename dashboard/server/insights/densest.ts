import { densityDifferences, type Place } from '../../../schemas/density-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { countInterval } from '../../../schemas/interval.js'
import { comparisonDefinitions } from '../../../schemas/metrics/comparison.js'
import { type Region, regions } from '../../../schemas/regions.js'
import { type LeftOut, withoutAuthor } from '../../../sinks/live/one-author.js'
import type { Comparison } from '../comparison.js'
import { noFigures, wholeOf } from '../comparison-counts.js'
import type { Insight } from './insight.js'
import { leftWithout, movedByOne, withoutOf } from './one-account.js'
import { Proof, Prover, type Without } from './prover.js'
import { inBoth, significant } from './sentences.js'
import { type About, idOf, insight } from './trends.js'

interface Density {
  readonly region: Region
  readonly mentions: number
  readonly pValue: number
  /** The author without whom it is not. */
  readonly without: Without | null
}

const rateOf = (mentions: number, population: number): number =>
  comparisonDefinitions.perHundredThousand.of({
    ...{ mentions, population, allMentions: null, comparedMentions: null },
  }) ?? 0

/** Whether a place has more for its inhabitants than all together. */
function isAbove(places: readonly Place[], at: number): boolean {
  const sum = (name: keyof Place) => places.reduce((total, place) => total + place[name], 0)
  const { mentions, population } = places[at] ?? { mentions: 0, population: 1 }
  return mentions * sum('population') > population * sum('mentions')
}

/** Of the regions of a board those that have more for their inhabitants than all of them; how many were tested; and how much the first of all
 * places has, whether it is much or may be chance. */
function densities(about: About, { places: counted, leftOut }: Comparison) {
  const { now } = about
  const mentionsOf = (code: string, left?: LeftOut): number => {
    const figures = counted.get(wholeOf(code)) ?? noFigures
    return (left === undefined ? figures : withoutAuthor(figures, wholeOf(code), left)).now.mentions
  }
  const asked = now.filter?.regions ?? []
  const places = regions
    .filter(({ code }) => asked.length === 0 || asked.includes(code))
    .map((region) => ({ region, population: region.population, mentions: mentionsOf(region.code) }))
  const found = densityDifferences(places, (at) =>
    leftOut.map((left) => {
      const all = places.reduce((sum, { region }) => sum + mentionsOf(region.code, left), 0)
      return [mentionsOf(places[at]?.region.code ?? '', left), all] as const
    }),
  )
  const dense = places.flatMap(({ region, mentions }, at): readonly Density[] => {
    const { pValue, verdict, author } = found[at] ?? { pValue: null, verdict: 'steady' }
    const left = author === undefined ? undefined : leftOut[author]
    const without = left === undefined ? null : withoutOf(about, 'regions', left)
    const isDense = verdict === 'denser' || (verdict === 'oneAuthor' && isAbove(places, at))
    return pValue !== null && isDense ? [{ region, mentions, pValue, without }] : []
  })
  const highest = Math.max(...places.map(({ mentions, population }) => rateOf(mentions, population)))
  return { dense, highest, tested: found.filter(({ pValue }) => pValue !== null).length }
}

/** The region from which most is said for its inhabitants, of those that have more than all together. */
export async function densest(prover: Prover, about: About, compared: Comparison): Promise<Insight | null> {
  const { dense, tested, highest } = densities(about, compared)
  const [top] = dense
    .filter(({ mentions }) => mentions >= fewMentions)
    .sort(
      (a, b) =>
        Number(a.without !== null) - Number(b.without !== null) ||
        rateOf(b.mentions, b.region.population) - rateOf(a.mentions, a.region.population),
    )
  if (top === undefined) return null
  const { region, pValue, without } = top
  // a place with fewer mentions, or one account of a place, may stand higher: then this one is not the first of all
  const isFirst = rateOf(top.mentions, region.population) >= highest
  const proof = new Proof(prover)
  const own = { ...about.now, region: region.code }
  const { mentions } = await proof.take(Prover.figuresOf(own), { mentions: 'volume' })
  const count = mentions ?? 0
  const left = without === null ? null : await leftWithout(proof, own, null, without)
  const { population } = region
  const interval = countInterval(count)
  const rate = (of: number) => rateOf(of, population)
  const [low, high] = [rate(interval.low), rate(interval.high)]
  const text = inBoth(
    (said) =>
      `${isFirst ? `Por habitante, donde más se publica es ${region.name}` : `Por habitante, en ${region.name} se publica más que en el conjunto`}: ${said.significant(rate(count))} menciones por ${said.count(100_000)} (${said.significant(low)} a ${said.significant(high)}), con ${said.count(count)} menciones. ${significant(said, tested, pValue).es}.${movedByOne(said, left).es}`,
    (said) =>
      `${isFirst ? `For its inhabitants, most is said from ${region.name}` : `For its inhabitants, more is said from ${region.name} than from all together`}: ${said.significant(rate(count))} mentions per ${said.count(100_000)} (${said.significant(low)} to ${said.significant(high)}), from ${said.count(count)} mentions. ${significant(said, tested, pValue).en}.${movedByOne(said, left).en}`,
  )
  const derived = { perHundredThousand: rate(count), low, high, population, pValue, tested }
  return insight(prover, proof, { id: idOf('region', region.code, about.now), kind: 'region', text, derived }, own)
}
