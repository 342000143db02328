import { falseDiscoveries, rejectedUpTo } from './benjamini-hochberg.js'
import { bothTails } from './normal-tails.js'

/** How much was said from a place, and how many live there. */
export interface Place {
  readonly mentions: number
  /** Above 0. */
  readonly population: number
}

/** How much is said for the inhabitants of a place beside that of all places that are looked at. */
export interface DensityDifference {
  /** How often chance gives such a difference, either way, where all say as much; null where nothing was said at all. */
  readonly pValue: number | null
  /** `steady`: chance may explain the difference. */
  readonly verdict: 'denser' | 'thinner' | 'steady'
}

/**
 * Which of places that are looked at together have more or fewer mentions for their inhabitants than all of them have.
 * Of all mentions the share of a place is held against its share of the inhabitants: the score test of a proportion, as
 * that of `growth.ts`. They are tested together, each place whether much was said or little: of those that are called
 * denser or thinner at most a share of `falseDiscoveries` is expected to be called so by chance.
 */
export function densityDifferences(places: readonly Place[]): readonly DensityDifference[] {
  const mentions = places.reduce((sum, place) => sum + place.mentions, 0)
  const population = places.reduce((sum, place) => sum + place.population, 0)
  const deviations = places.map((place) => {
    const share = place.population / population
    const variance = mentions * share * (1 - share)
    return variance > 0 ? (place.mentions - mentions * share) / Math.sqrt(variance) : null
  })
  const pValues = deviations.map((deviation) => (deviation === null ? null : bothTails(deviation)))
  const tested = pValues.flatMap((pValue) => pValue ?? [])
  const limit = rejectedUpTo(tested, tested.length, falseDiscoveries)
  return deviations.map((deviation, at) => {
    const pValue = pValues[at] ?? null
    if (deviation === null || pValue === null || pValue > limit) return { pValue, verdict: 'steady' }
    return { pValue, verdict: deviation > 0 ? 'denser' : 'thinner' }
  })
}
