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

const z = 1.96

/** Lower end of the Wilson score interval of `successes` out of `trials` (> 0). */
export function wilsonLower(successes: number, trials: number): number {
  const share = successes / trials
  const centre = share + (z * z) / (2 * trials)
  const margin = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * trials)) / trials)
  return Math.max(0, (centre - margin) / (1 + (z * z) / trials))
}

/**
 * The growth of a term, or null when it is not rising: too few mentions now, nothing to compare with (no mentions at
 * all in the preceding span), or a growth that chance alone may explain.
 * @param current Mentions of the term now; @param previous in the preceding span.
 * @param allCurrent Mentions of everything now; @param allPrevious in the preceding span.
 */
export function growth(current: number, previous: number, allCurrent: number, allPrevious: number): Growth | null {
  if (current < leastMentions || allPrevious <= 0 || allCurrent <= 0) return null
  const drift = allPrevious / allCurrent
  const lower = wilsonLower(current, current + previous)
  const atLeast = (lower / (1 - lower)) * drift
  if (atLeast <= 1) return null
  return {
    factor: previous === 0 ? null : (current / previous) * drift,
    atLeast,
    few: current + previous < fewMentions,
  }
}
