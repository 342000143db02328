import type { EmergingTerm, EmergingVerdict } from '../../schemas/emerging-term.js'
import { pushedLimits } from '../../schemas/metrics/shifts.js'
import { forward } from '../../streams/engine/outcome.js'
import type { Processor } from '../../streams/engine/processor.js'
import { withValue } from '../../streams/engine/record.js'
import { days, type Timestamp } from '../../streams/engine/time.js'
import { countDeviation } from '../detection/negative-binomial.js'
import { candidateKey, candidateOf } from './candidates.js'
import { fewestPosts } from './emerging-term.js'

/** What is usual of a term, from the days in which it was heard of. */
export interface UsualDays {
  /** Start of the first and of the last of them. */
  readonly first: Timestamp
  readonly last: Timestamp
  /** Fading sum of the independent posts of each. */
  readonly sum: number
}

const halfLife = 7
const fade = 2 ** (-1 / halfLife)
/** Hours of a term differ beyond chance: the variance exceeds the mean by this share of its square. */
const overdispersion = 0.25
/** As rare as once in 10,000 windows. */
const leastDeviation = 3.72
/** A rise that is told is so many times what was to be expected: an hour of the evening is no news. */
const leastTimes = { hour: 3, day: 2 } as const

/** By kind and form. */
export const ofTerm = ({ kind, form }: EmergingTerm): string => candidateKey(kind, form)

/**
 * Says of each result what was to be expected, and whether the term is new, suddenly frequent, or pushed. Expected is
 * the mean of the days in which it was heard of and those between, which fades with a half-life of a week; below five
 * posts a day nothing is heard of a term, so that one of no day before may have had as many. What is judged are
 * independent posts: reposts, near-duplicates and what one author says again add nothing. Where half of the posts repeat
 * the term is pushed, however many there are beside those.
 */
export const novelty: Processor<UsualDays, EmergingTerm, EmergingTerm> = {
  name: 'novelty',
  onRecord: (state, record) => {
    const { value } = record
    const usual = state !== undefined && state.last < value.start ? state : undefined
    const daily = Math.max(fewestPosts, usual === undefined ? 0 : meanAt(usual, value.start))
    const expected = value.window === 'hour' ? daily / 24 : daily
    const deviation = countDeviation(value.independent, expected, overdispersion)
    const judged = { ...value, expected, deviation, verdict: verdictOf(value, expected, usual === undefined) }
    const learns = value.isFinal && value.window === 'day'
    return [learns ? learned(state, value) : state, [forward(withValue(record, judged))]]
  },
}

function verdictOf(value: EmergingTerm, expected: number, isNew: boolean): EmergingVerdict {
  const { independent, posts, window } = value
  const stands = (count: number) =>
    count >= leastTimes[window] * expected && countDeviation(count, expected, overdispersion) >= leastDeviation
  if (value.pushed >= pushedLimits.pushed) return stands(posts) ? 'pushed' : 'usual'
  return stands(independent) ? (isNew ? 'new' : 'rising') : 'usual'
}

const daysBetween = (from: Timestamp, until: Timestamp): number => Math.max(0, Math.floor((until - from) / days(1)))

/** Independent posts a day, as of a window that begins later: days without any are zeros. */
function meanAt({ first, last, sum }: UsualDays, start: Timestamp): number {
  const since = daysBetween(last, start) - 1
  const known = daysBetween(first, last) + 1 + since
  return (sum * fade ** since * (1 - fade)) / (1 - fade ** known)
}

function learned(state: UsualDays | undefined, { start, independent }: EmergingTerm): UsualDays {
  if (state === undefined) return { first: start, last: start, sum: independent }
  return { first: state.first, last: start, sum: state.sum * fade ** daysBetween(state.last, start) + independent }
}

/** Key of the record that carries a result. @param key kind and form */
export function emergingRecordKey({ window }: EmergingTerm, { key }: { readonly key: string | null }): string {
  const [kind, form] = candidateOf(key ?? '')
  return `${candidateKey(kind, form)}\u001f${window}`
}
