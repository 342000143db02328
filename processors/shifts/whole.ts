import { bothTails } from '../../schemas/normal-tails.js'
import { fading } from '../detection/level.js'
import type { Judged } from './episode.js'
import { intervalSize } from './interval.js'
import { lawOf, type Watchable } from './measures.js'

/** The last hours of an episode: sums that fade alike in all episodes, so that one can be held against another. */
export interface Lately {
  /** Start of the last interval of which there was a row. */
  readonly at: number
  readonly observed: number
  readonly expected: number
  readonly weight: number
  readonly variance: number
  /** Intervals, with and without a row. */
  readonly intervals: number
}

/** Half-life in intervals. */
const fade = fading(6)

/** Takes an interval in. */
export function withLatest(lately: Lately | null, { at, observed, expected, weight, spread }: Judged): Lately {
  if (lately === null) return { at, observed, expected, weight, variance: spread * spread, intervals: 1 }
  const left = fade ** Math.max(1, (at - lately.at) / intervalSize)
  return {
    at,
    observed: lately.observed * left + observed,
    expected: lately.expected * left + expected,
    weight: lately.weight * left + weight,
    variance: lately.variance * left * left + spread * spread,
    intervals: lately.intervals * left + (1 - left) / (1 - fade),
  }
}

/** Of a part that is nearly all of the whole no rest is left that could tell the two apart. */
const nearlyAll = 0.8
/** A count must be off by a quarter to be told: `isLarge` of the detector of counts. */
const leastRatio = 1.25

/**
 * How rare it is that a part is as far off as it is, where it goes as the rest of the whole does: -log10 of the
 * probability. What is expected of the part is moved by as much as the whole without it has moved, by a factor, or of
 * sentiment by a difference; what lies beyond is held against its variance and that of the rest, in the normal law of
 * sums over hours. 0 where less lies beyond than is told of at all.
 * @param sign the direction in which both are off
 */
export function beyondWhole(measure: Watchable, sign: 1 | -1, part: Lately, whole: Lately): number {
  const moved = measure === 'netSentiment' ? byDifference(sign, part, whole) : byFactor(sign, part, whole)
  const surplus = sign * (part.observed - moved.expected)
  if (!(surplus > 0) || !isTold(measure, sign, part, moved.expected)) return 0
  return -Math.log10(Math.max(Number.MIN_VALUE, bothTails(surplus / Math.sqrt(moved.variance)) / 2))
}

/** What is expected of the part, and the variance of its distance from that, once it has moved as the rest has. */
interface Moved {
  readonly expected: number
  readonly variance: number
}

/** The rest is told by the share of the part in an interval: the two episodes need not have begun in the same one. */
function byFactor(sign: 1 | -1, part: Lately, whole: Lately): Moved {
  const share = shareOf(part.expected / part.intervals, whole.expected / whole.intervals)
  const ofRest = (whole.observed / whole.expected - (share * part.observed) / part.expected) / (1 - share)
  // what the rest does in the other direction makes no more of the part
  const factor = sign > 0 ? Math.max(1, ofRest) : Math.min(1, Math.max(0, ofRest))
  const wider = Math.max(factor, factor * factor)
  const ofRestVariance = whole.variance / whole.expected ** 2 / (1 - share)
  return {
    expected: part.expected * factor,
    variance: wider * (part.variance + part.expected ** 2 * ofRestVariance),
  }
}

function byDifference(sign: 1 | -1, part: Lately, whole: Lately): Moved {
  const share = shareOf(part.weight / part.intervals, whole.weight / whole.intervals)
  const distance = ({ observed, expected, weight }: Lately) => (observed - expected) / weight
  const ofRest = (distance(whole) - share * distance(part)) / (1 - share)
  const difference = sign * Math.max(0, sign * ofRest)
  const ofRestVariance = whole.variance / whole.weight ** 2 / (1 - share)
  return {
    expected: part.expected + difference * part.weight,
    variance: part.variance + part.weight ** 2 * ofRestVariance,
  }
}

/** Of a part that is nearly all, the whole stands for the rest. */
const shareOf = (part: number, whole: number): number => {
  const share = part / whole
  return share < nearlyAll ? share : 0
}

function isTold(measure: Watchable, sign: 1 | -1, { observed, weight }: Lately, expected: number): boolean {
  if (measure === 'netSentiment') return sign * (observed - expected) >= lawOf[measure].difference * weight
  return sign > 0 ? observed >= leastRatio * expected : expected >= leastRatio * observed
}
