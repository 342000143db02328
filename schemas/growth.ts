import { falseDiscoveries, rejectionLevel } from './benjamini-hochberg.js'
import { wilson } from './interval.js'
import { fewMentions, leastMentions, leastTested } from './least-counts.js'
import { changeDefinitions, type GrowthVerdict } from './metrics/changes.js'
import { bothTails } from './normal-tails.js'
import { brokenBy, takenAway } from './one-author.js'

export { fewMentions, leastMentions, leastTested } from './least-counts.js'

/**
 * How much a term grew against the preceding span of equal length, with small counts treated fairly.
 *
 * Of the `current + previous` mentions of a term, the share that falls into the current span is compared with the
 * share that all mentions have there, so that a term does not "rise" because everything did. The 95 % Wilson score
 * interval (Wilson 1927, "Probable inference, the law of succession, and statistical inference") of that share gives
 * the range of growth that the counts are compatible with. Terms are ranked by the lower end: 3 against 1 may be
 * chance, 300 against 100 is not.
 */
export interface Growth {
  /** Growth against the preceding span, corrected for the growth of all mentions; null when there was none before. */
  readonly factor: number | null
  /** Lower end of the 95 % interval of the factor: the term grew at least this much. */
  readonly atLeast: number
  /** True when the counts are few (below `fewMentions`): the factor may be far off. */
  readonly few: boolean
  /** True where it would not rise without the mentions of one author. */
  readonly oneAuthor: boolean
}

/** A figure now beside the preceding span, with what can be said of it. */
export interface Change {
  /** Growth, corrected for the growth of all mentions; null when there was none before. */
  readonly factor: number | null
  /** Ends of the 95 % interval of the factor; the upper one is null where there is no upper limit. */
  readonly atLeast: number
  readonly atMost: number | null
  /** How often chance gives a change as large as this one, either way; null where there are too few mentions to say. */
  readonly pValue: number | null
  /**
   * `rising`, `falling`: so did its part of everything, and its own count likewise, beyond its own 95 % interval;
   * `shareRising`, `shareFalling`: only its share of voice did, as everything else moved; `steady`: chance may explain the
   * change; `tooFew`: there are fewer than ten mentions in both spans together, too few to say anything; `oneAuthor`: it is one of
   * the first four, but not without the mentions of one author.
   */
  readonly verdict: GrowthVerdict
  /** Of `oneAuthor`: the place of the author among those that were left out. */
  readonly author?: number
}

/** Mentions of a thing, and of everything that it is a part of, now and in the preceding span. */
export type Spoken = readonly [current: number, previous: number, allCurrent: number, allPrevious: number]

/**
 * The changes of things that are looked at together against the preceding span of equal length; null where nothing was
 * mentioned at all in one of the two, so that there is nothing to compare with. They are tested together: of those that
 * are called rising or falling, or of a share that is, at most a share of `falseDiscoveries` is expected to be called so by chance. The test is
 * that which the interval is made of (Wilson): of one thing alone, it rises where the interval begins above 1.
 * @param without what is left of a thing without each author who may have moved it; asked for what rises or falls
 */
export function changes(
  all: readonly Spoken[],
  without: (at: number) => readonly Spoken[] = () => [],
): readonly (Change | null)[] {
  const found = all.map(changeOf)
  const tested = found.flatMap((each) => each?.pValue ?? [])
  const limit = rejectionLevel(tested, falseDiscoveries)
  return found.map((each, at) => {
    if (each === null || each.pValue === null) return each
    if (each.pValue > limit) return { ...each, verdict: 'steady' }
    if (each.verdict === 'steady') return each
    const broken = brokenBy(
      without(at),
      (left) => {
        const held = changeOf(left)
        return held?.verdict === each.verdict && (held.pValue ?? 1) <= limit
      },
      (left) => mostTaken(all[at] ?? left, left),
    )
    return broken === null ? each : { ...each, ...broken }
  })
}

/** Of the mentions of a thing, or of everything, in one of the spans: what the author had who is left out. */
const mostTaken = (all: Spoken, left: Spoken): number =>
  Math.max(...all.map((count, at) => takenAway(count, left[at] ?? count)))

/** The change of one thing that is looked at alone. */
export const change = (...spoken: Spoken): Change | null => changes([spoken])[0] ?? null

/** What its own interval says. */
function changeOf([current, previous, allCurrent, allPrevious]: Spoken): Change | null {
  if (allPrevious <= 0 || allCurrent <= 0) return null
  const drift = allPrevious / allCurrent
  const factor = changeDefinitions.growth.of({
    ...{ mentions: current, mentionsBefore: previous, allMentions: allCurrent, allMentionsBefore: allPrevious },
  })
  if (current + previous < leastTested) return { factor, atLeast: 0, atMost: null, pValue: null, verdict: 'tooFew' }
  const mentions = current + previous
  const { low, high } = wilson(current, mentions)
  const atLeast = (low / (1 - low)) * drift
  const atMost = previous === 0 ? null : (high / (1 - high)) * drift
  const share = allCurrent / (allCurrent + allPrevious)
  const more = current - mentions * share
  const pValue = bothTails(more / Math.sqrt(mentions * share * (1 - share)))
  const verdict =
    atLeast > 1
      ? low > 0.5
        ? 'rising'
        : 'shareRising'
      : atMost !== null && atMost < 1
        ? high < 0.5
          ? 'falling'
          : 'shareFalling'
        : 'steady'
  return { factor, atLeast, atMost, pValue, verdict }
}

/**
 * The growth of terms that are looked at together; null where one is not rising: too few mentions now, nothing to compare
 * with (no mentions at all in the preceding span), or a growth that chance may explain among as many terms.
 * @param terms Mentions of each now and in the preceding span.
 * @param allCurrent Mentions of everything now; @param allPrevious in the preceding span.
 * @param without see `changes`
 */
export function growths(
  terms: readonly { readonly current: number; readonly previous: number }[],
  allCurrent: number,
  allPrevious: number,
  without?: (at: number) => readonly Spoken[],
): readonly (Growth | null)[] {
  const found = changes(
    terms.map(({ current, previous }) => [current, previous, allCurrent, allPrevious]),
    without,
  )
  return terms.map(({ current, previous }, at) => {
    const changed = found[at]
    const rises =
      changed?.verdict === 'rising' ||
      (changed?.verdict === 'oneAuthor' && changed.atLeast > 1 && wilson(current, current + previous).low > 0.5)
    if (!rises || current < leastMentions) return null
    const { factor, atLeast, verdict } = changed
    return { factor, atLeast, few: current + previous < fewMentions, oneAuthor: verdict === 'oneAuthor' }
  })
}

/**
 * Whether one thing is mentioned more than another by more than chance gives: the sign test of the mentions of both, on
 * both sides. Mentions of both at once speak for none of them, and make it a little too careful.
 */
export const leads = (mentions: number, others: number): boolean =>
  mentions > others && bothTails((mentions - others) / Math.sqrt(mentions + others)) <= falseDiscoveries
