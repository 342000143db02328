import type { Trend, TrendWindow } from '../schemas/trend.js'
import type { Voice } from '../schemas/voice.js'
import type { Aggregate } from '../streams/engine/processor.js'
import { days, hours, minutes } from '../streams/engine/time.js'
import type { Window } from '../streams/engine/window.js'
import { type AspectCounts, aspectsOf, countAspects, mergeAspects } from './aspects/aspect-counts.js'
import { type AuthorCounts, countAuthor, distinctAuthors, mergeAuthors } from './authors.js'
import { flagBits, labelOf, partsOf } from './contribution.js'

/** Sums of a window, one flat object: there are millions. What was taken back is subtracted. */
export interface TrendSums extends AuthorCounts {
  reposts: number
  /** Mentions, of any label or none. */
  mentions: number
  negative: number
  neutral: number
  positive: number
  unsure: number
  /** What mentions say of aspects. Sums that a version before wrote to the store have none. */
  aspects?: AspectCounts | null
}

/**
 * Counts contributions. A window from which everything was taken back still gives its result, with zeros: an early
 * update of it may have been shown.
 */
export const trend: Aggregate<Voice, TrendSums, Trend> = {
  name: 'trend',
  initial: () => ({
    reposts: 0,
    mentions: 0,
    negative: 0,
    neutral: 0,
    positive: 0,
    unsure: 0,
    one: null,
    times: 0,
    many: null,
    aspects: null,
  }),
  add: (sums, { author, flags, aspects }) => {
    const by = flags & flagBits.retraction ? -1 : 1
    if (flags & flagBits.repost) sums.reposts += by
    else {
      sums.mentions += by
      const label = labelOf(flags)
      if (label !== null) sums[label] += by
      if (flags & flagBits.unsure) sums.unsure += by
      if (aspects !== undefined) sums.aspects = countAspects(sums.aspects ?? null, aspects, by)
    }
    countAuthor(sums, author, by)
    return sums
  },
  merge: (into, other) => {
    into.reposts += other.reposts
    into.mentions += other.mentions
    into.negative += other.negative
    into.neutral += other.neutral
    into.positive += other.positive
    into.unsure += other.unsure
    mergeAuthors(into, other)
    into.aspects = mergeAspects(into.aspects ?? null, other.aspects ?? null)
    return into
  },
  result: (sums, { key, window, isFinal, revision }) => {
    const [term, kind, region] = partsOf(key)
    return {
      term,
      kind,
      region,
      window: nameOf(window),
      start: window.start,
      end: window.end,
      isFinal,
      revision,
      mentions: sums.mentions,
      reposts: sums.reposts,
      negative: sums.negative,
      neutral: sums.neutral,
      positive: sums.positive,
      unsure: sums.unsure,
      authors: distinctAuthors(sums),
      aspects: aspectsOf(sums.aspects ?? null),
    }
  },
  bounds: { start: 'start', end: 'end' },
}

const names: ReadonlyMap<number, TrendWindow> = new Map([
  [minutes(1), 'minute'],
  [minutes(10), 'tenMinutes'],
  [hours(1), 'hour'],
  [days(1), 'day'],
])

function nameOf({ start, end }: Window): TrendWindow {
  const name = names.get(end - start)
  if (name === undefined) throw new RangeError(`trends have no windows of ${end - start} ms`)
  return name
}

/** The same keys come again and again; what is remembered changes no result. */
const recordKeys = new Map<string, readonly string[]>()
const mostRemembered = 10_000

/**
 * Key of the record that carries a trend.
 * @param key term, kind and region, as `trendKey` makes it
 */
export function trendRecordKey({ window }: Trend, { key }: { readonly key: string | null }): string {
  const text = key ?? ''
  let keys = recordKeys.get(text)
  if (keys === undefined) {
    if (recordKeys.size === mostRemembered) recordKeys.clear()
    keys = windows.map((each) => `${text}\u001f${each}`)
    recordKeys.set(text, keys)
  }
  return keys[windows.indexOf(window)] as string
}

const windows: readonly TrendWindow[] = ['minute', 'tenMinutes', 'hour', 'day']
