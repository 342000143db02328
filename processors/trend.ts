import type { Trend, TrendWindow } from '../schemas/trend.js'
import type { Aggregate } from '../streams/engine/processor.js'
import { days, hours, minutes } from '../streams/engine/time.js'
import type { Window } from '../streams/engine/window.js'
import { type AuthorCounts, countAuthor, distinctAuthors, mergeAuthors, noAuthors } from './authors.js'
import { type Contribution, flagBits, partsOf } from './contribution.js'

/** Sums of a window. What was taken back is subtracted. */
export interface TrendSums extends AuthorCounts {
  reposts: number
  unsure: number
  /** Mentions without a label, then negative, neutral and positive ones. */
  byLabel: [none: number, negative: number, neutral: number, positive: number]
}

/**
 * Counts contributions. A window from which everything was taken back still gives its result, with zeros: an early
 * update of it may have been shown.
 */
export const trend: Aggregate<Contribution, TrendSums, Trend> = {
  name: 'trend',
  initial: () => ({ reposts: 0, unsure: 0, byLabel: [0, 0, 0, 0], ...noAuthors() }),
  add: (sums, [, author, flags]) => {
    const by = flags & flagBits.retraction ? -1 : 1
    if (flags & flagBits.repost) sums.reposts += by
    else {
      const label = flags >> flagBits.labelShift
      sums.byLabel[label] = (sums.byLabel[label] ?? 0) + by
      if (flags & flagBits.unsure) sums.unsure += by
    }
    countAuthor(sums, author, by)
    return sums
  },
  merge: (into, other) => {
    into.reposts += other.reposts
    into.unsure += other.unsure
    for (let label = 0; label < 4; label++)
      into.byLabel[label] = (into.byLabel[label] ?? 0) + (other.byLabel[label] ?? 0)
    mergeAuthors(into, other)
    return into
  },
  result: (sums, { key, window, isFinal, revision }) => {
    const [term, kind, region] = partsOf(key)
    const [none, negative, neutral, positive] = sums.byLabel
    return {
      term,
      kind,
      region,
      window: nameOf(window),
      start: window.start,
      end: window.end,
      isFinal,
      revision,
      mentions: none + negative + neutral + positive,
      reposts: sums.reposts,
      negative,
      neutral,
      positive,
      unsure: sums.unsure,
      authors: distinctAuthors(sums),
    }
  },
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

/** Key of the record that carries a trend. */
export const trendRecordKey = ({ term, kind, region, window }: Trend): string =>
  [term, kind, region, window].join('\u001f')
