import { wilson } from './interval.js'

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
}

/** Terms with fewer mentions in the current span are not called rising. */
export const leastMentions = 5
/** Below this many mentions in both spans together the board warns. */
export const fewMentions = 30

/** A figure now beside the preceding span, with what can be said of it. */
export interface Change {
  /** Growth, corrected for the growth of all mentions; null when there was none before. */
  readonly factor: number | null
  /** Ends of the 95 % interval of the factor; the upper one is null where there is no upper limit. */
  readonly atLeast: number
  readonly atMost: number | null
  /** `rising` or `falling` when the interval holds no 1; `tooFew` when there are too few mentions to say anything. */
  readonly verdict: 'rising' | 'falling' | 'steady' | 'tooFew'
}

/**
 * The change of a term against the preceding span of equal length; null when nothing was mentioned at all in one of the
 * two, so that there is nothing to compare with. Parameters as for `growth`.
 */
export function change(current: number, previous: number, allCurrent: number, allPrevious: number): Change | null {
  if (allPrevious <= 0 || allCurrent <= 0) return null
  const drift = allPrevious / allCurrent
  const factor = previous === 0 ? null : (current / previous) * drift
  if (Math.max(current, previous) < leastMentions) return { factor, atLeast: 0, atMost: null, verdict: 'tooFew' }
  const { low, high } = wilson(current, current + previous)
  const atLeast = (low / (1 - low)) * drift
  const atMost = previous === 0 ? null : (high / (1 - high)) * drift
  const verdict = atLeast > 1 ? 'rising' : atMost !== null && atMost < 1 ? 'falling' : 'steady'
  return { factor, atLeast, atMost, verdict }
}

/**
 * The growth of a term, or null when it is not rising: too few mentions now, nothing to compare with (no mentions at
 * all in the preceding span), or a growth that chance alone may explain.
 * @param current Mentions of the term now; @param previous in the preceding span.
 * @param allCurrent Mentions of everything now; @param allPrevious in the preceding span.
 */
export function growth(current: number, previous: number, allCurrent: number, allPrevious: number): Growth | null {
  const changed = change(current, previous, allCurrent, allPrevious)
  if (changed?.verdict !== 'rising' || current < leastMentions) return null
  return { factor: changed.factor, atLeast: changed.atLeast, few: current + previous < fewMentions }
}
