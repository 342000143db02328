import type { Change } from './changes.js'
import { type Counts, fates } from './fates.js'

/** One mention as it counts for one term in one region. */
export interface Contribution {
  readonly term: string
  readonly kind: string
  readonly region: string
  readonly change: Change
  readonly streamTime: number
}

/** What is counted, for a window or a row of a roll-up. */
export interface Sums {
  mentions: number
  reposts: number
  negative: number
  neutral: number
  positive: number
  unsure: number
  /** How often each author was counted and not taken back. */
  readonly authors: Map<string, number>
  /** What was said of aspects: how often, by aspect and label. */
  readonly aspects: Map<string, { negative: number; neutral: number; positive: number }>
}

export interface WindowResult {
  readonly term: string
  readonly kind: string
  readonly region: string
  readonly window: string
  readonly start: number
  readonly end: number
  /** Whether the watermark has passed its end and its grace. */
  readonly isFinal: boolean
  readonly sums: Sums
}

export interface LateContribution {
  readonly contribution: Contribution
  readonly windowStart: number
  readonly windowEnd: number
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** The windows of trends, shortest first: docs/consumer-trends.md, "Trends". */
export const trendWindows = [
  { name: 'minute', length: minute, every: minute, offset: 0, grace: 30 * second },
  { name: 'tenMinutes', length: 10 * minute, every: minute, offset: 0, grace: 30 * second },
  { name: 'hour', length: hour, every: hour, offset: 0, grace: 5 * minute },
  { name: 'day', length: 24 * hour, every: 24 * hour, offset: 5 * hour, grace: hour },
] as const

export type Layout = (typeof trendWindows)[number]

export const noSums = (): Sums => ({
  mentions: 0,
  reposts: 0,
  negative: 0,
  neutral: 0,
  positive: 0,
  unsure: 0,
  authors: new Map(),
  aspects: new Map(),
})

/** Adds a mention to the sums, or takes it out. */
export function count(sums: Sums, { mention, sign }: Change): void {
  const { author, repostOf, score, aspects } = mention
  if (repostOf !== null) sums.reposts += sign
  else {
    sums.mentions += sign
    if (score !== null) {
      sums[score.label] += sign
      if (!score.sure) sums.unsure += sign
    }
    for (const { aspect, label } of aspects) {
      const said = sums.aspects.get(aspect) ?? { negative: 0, neutral: 0, positive: 0 }
      sums.aspects.set(aspect, said)
      said[label] += sign
    }
  }
  sums.authors.set(author, (sums.authors.get(author) ?? 0) + sign)
}

/** Distinct authors that stand. */
export function authorsOf({ authors }: Sums): number {
  let distinct = 0
  for (const times of authors.values()) if (times > 0) distinct++
  return distinct
}

/** Aspects of which something is said, by their names. */
export const aspectsOf = ({ aspects }: Sums) =>
  [...aspects]
    .map(([aspect, said]) => ({ aspect, mentions: said.negative + said.neutral + said.positive, ...said }))
    .filter(({ mentions }) => mentions > 0)
    .sort((one, other) => (one.aspect < other.aspect ? -1 : 1))

/** Everything that the counting stage makes of the contributions, whatever their order. */
export function countWindows(
  contributions: Iterable<Contribution>,
  layouts: readonly Layout[],
  watermark: number | null,
): {
  readonly results: ReadonlyMap<string, WindowResult>
  readonly late: readonly LateContribution[]
  readonly counts: Counts
} {
  const results = new Map<string, WindowResult>()
  const late: LateContribution[] = []
  const { counts, ...count_ } = fates()
  for (const contribution of contributions) {
    const { term, kind, region, change, streamTime } = contribution
    const at = change.mention.createdAt
    let taken = 0
    let missed = 0
    let newest = { start: 0, end: 0 }
    for (const { name, length, every, offset, grace } of layouts) {
      const last = Math.floor((at - offset) / every) * every + offset
      newest = { start: last, end: last + length }
      for (let start = last; start > at - length; start -= every) {
        const end = start + length
        if (streamTime >= end + grace) {
          missed++
          continue
        }
        taken++
        const key = [term, kind, region, name, start].join('\u001f')
        let result = results.get(key)
        if (result === undefined) {
          const isFinal = watermark !== null && watermark >= end + grace
          result = { term, kind, region, window: name, start, end, isFinal, sums: noSums() }
          results.set(key, result)
        }
        count(result.sums, change)
      }
    }
    count_.read()
    if (taken === 0) {
      count_.late()
      late.push({ contribution, windowStart: newest.start, windowEnd: newest.end })
    } else {
      count_.forward()
      if (missed > 0) count_.partlyLate()
    }
  }
  return { results, late, counts }
}
