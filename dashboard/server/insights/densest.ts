import { densityDifferences } from '../../../schemas/density-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { countInterval } from '../../../schemas/interval.js'
import { comparisonDefinitions } from '../../../schemas/metrics/comparison.js'
import type { ComparedItem } from '../comparison.js'
import { type Region, regions } from '../regions.js'
import type { Insight } from './insight.js'
import { Proof, Prover } from './prover.js'
import { inBoth, significant } from './sentences.js'
import { type About, idOf, insight } from './trends.js'

interface Density {
  readonly region: Region
  readonly mentions: number
  readonly pValue: number
}

const rateOf = (mentions: number, population: number): number =>
  comparisonDefinitions.perHundredThousand.of({
    ...{ mentions, population, allMentions: null, comparedMentions: null },
  }) ?? 0

/** Of the regions of a board those that have more for their inhabitants than all of them; and how many were tested. */
function densities({ now }: About, items: readonly ComparedItem[]): { dense: readonly Density[]; tested: number } {
  const mentionsOf = new Map(items.flatMap(({ kind, name, volume }) => (kind === 'region' ? [[name, volume]] : [])))
  const asked = now.filter?.regions ?? []
  const places = regions
    .filter(({ code }) => asked.length === 0 || asked.includes(code))
    .map((region) => ({ region, population: region.population, mentions: mentionsOf.get(region.code) ?? 0 }))
  const found = densityDifferences(places)
  const dense = places.flatMap(({ region, mentions }, at): readonly Density[] => {
    const { pValue, verdict } = found[at] ?? { pValue: null, verdict: 'steady' }
    return pValue !== null && verdict === 'denser' ? [{ region, mentions, pValue }] : []
  })
  return { dense, tested: found.filter(({ pValue }) => pValue !== null).length }
}

/** The region from which most is said for its inhabitants, of those that have more than all together. */
export async function densest(prover: Prover, about: About, items: readonly ComparedItem[]): Promise<Insight | null> {
  const { dense, tested } = densities(about, items)
  const [top] = dense
    .filter(({ mentions }) => mentions >= fewMentions)
    .sort((a, b) => rateOf(b.mentions, b.region.population) - rateOf(a.mentions, a.region.population))
  if (top === undefined) return null
  const { region, pValue } = top
  const proof = new Proof(prover)
  const own = { ...about.now, region: region.code }
  const { mentions } = await proof.take(Prover.figuresOf(own), { mentions: 'volume' })
  const count = mentions ?? 0
  const { population } = region
  const interval = countInterval(count)
  const rate = (of: number) => rateOf(of, population)
  const [low, high] = [rate(interval.low), rate(interval.high)]
  const text = inBoth(
    (said) =>
      `Por habitante, donde más se publica es ${region.name}: ${said.significant(rate(count))} menciones por ${said.count(100_000)} (${said.significant(low)} a ${said.significant(high)}), con ${said.count(count)} menciones. ${significant(said, tested, pValue).es}.`,
    (said) =>
      `For its inhabitants, most is said from ${region.name}: ${said.significant(rate(count))} mentions per ${said.count(100_000)} (${said.significant(low)} to ${said.significant(high)}), from ${said.count(count)} mentions. ${significant(said, tested, pValue).en}.`,
  )
  const derived = { perHundredThousand: rate(count), low, high, population, pValue, tested }
  return insight(prover, proof, { id: idOf('region', region.code, about.now), kind: 'region', text, derived }, own)
}
