import type { Episode } from './episode.js'
import type { UsualParts } from './parts.js'

/** With fewer voices beyond the usual nothing is said: half of them may repeat by chance. */
const leastBeyond = 8
/** As if so many voices of the usual had been heard besides, none of which repeats. */
const believed = 1

/**
 * How much of a rise of talk is pushed rather than organic, 0 to 1. A voice repeats when its author, or its content
 * (`contentOf`), was heard in the same interval already; how many do not is told by `independentVoices`, reposts included.
 * Given is the part of the voices beyond the usual that repeats beyond what repeats
 * usually,
 *
 *     (repeats - usual share of repeats × usual voices) / (voices - usual voices),
 *
 * or the part of one author of all voices, where that is more: who says one thing an hour repeats nobody within an hour.
 * It is the surplus of a sum over what its usual composition gives, as causes are; authors and copies are what observers
 * of coordinated campaigns go by (F. Keller et al., "Political astroturfing on Twitter", Political Communication 37,
 * 2020: co-tweeting and co-retweeting tell campaigns from grassroots movements; few messages by many accounts or many by
 * few). Ages of accounts are not known to the sources.
 * @param usualVoices what was to be expected of the voices of the episode
 * @returns null where fewer than eight voices are beyond the usual
 */
export function pushedShare(
  usual: Pick<UsualParts, 'size' | 'repeats'>,
  { voices, repeats = 0, authors }: Pick<Episode, 'voices' | 'repeats' | 'authors'>,
  usualVoices: number,
): number | null {
  const beyond = voices - usualVoices
  if (beyond < leastBeyond) return null
  const usualShare = (usual.repeats ?? 0) / (usual.size + believed)
  const repeating = (repeats - usualShare * usualVoices) / beyond
  const ofOne = (authors[0]?.[1] ?? 0) / voices
  return Math.min(1, Math.max(0, repeating, ofOne))
}
