import { falseDiscoveries, rejectionLevel } from './benjamini-hochberg.js'
import { bothTails } from './normal-tails.js'
import { brokenBy, takenAway } from './one-author.js'

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
  /** `steady`: chance may explain the difference; `oneAuthor`: it is one, but not without the mentions of one author. */
  readonly verdict: 'denser' | 'thinner' | 'steady' | 'oneAuthor'
  /** Of `oneAuthor`: the place of the author among those that were left out. */
  readonly author?: number
}

/** Mentions of a place, and of all places. */
export type Dense = readonly [mentions: number, all: number]

/**
 * Which of places that are looked at together have more or fewer mentions for their inhabitants than all of them have.
 * Of all mentions the share of a place is held against its share of the inhabitants: the score test of a proportion, as
 * that of `growth.ts`. They are tested together, each place whether much was said or little: of those that are called
 * denser or thinner at most a share of `falseDiscoveries` is expected to be called so by chance.
 * @param without what is left of a place without each author who may have made it so; asked for those that differ
 */
export function densityDifferences(
  places: readonly Place[],
  without: (at: number) => readonly Dense[] = () => [],
): readonly DensityDifference[] {
  const mentions = places.reduce((sum, place) => sum + place.mentions, 0)
  const population = places.reduce((sum, place) => sum + place.population, 0)
  const deviationOf = (own: number, all: number, inhabitants: number): number | null => {
    const share = inhabitants / population
    const variance = all * share * (1 - share)
    return variance > 0 ? (own - all * share) / Math.sqrt(variance) : null
  }
  const deviations = places.map((place) => deviationOf(place.mentions, mentions, place.population))
  const pValues = deviations.map((deviation) => (deviation === null ? null : bothTails(deviation)))
  const tested = pValues.flatMap((pValue) => pValue ?? [])
  const limit = rejectionLevel(tested, falseDiscoveries)
  const verdictOf = (deviation: number | null) => {
    if (deviation === null || bothTails(deviation) > limit) return 'steady'
    return deviation > 0 ? 'denser' : 'thinner'
  }
  return places.map((place, at) => {
    const pValue = pValues[at] ?? null
    const verdict = verdictOf(deviations[at] ?? null)
    if (verdict === 'steady') return { pValue, verdict }
    const broken = brokenBy(
      without(at),
      ([own, all]) => verdictOf(deviationOf(own, all, place.population)) === verdict,
      ([own, all]) => Math.max(takenAway(place.mentions, own), takenAway(mentions, all)),
    )
    return { pValue, verdict, ...broken }
  })
}
