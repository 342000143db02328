/** A stretch of time, `[from, until)`, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

/** So many mentions may be lacking that a feed of this rate has none of, with 95 %, before its first one comes. */
const mostBeforeFirst = 3
/** Of the spread of a count: less than this moves no test by more than a percentage point. */
const smallPart = 0.25

/**
 * Whether a stretch is known in full, so that another of its length may be held against it. What was kept begins with its
 * first mention, which comes somewhat after the feed was opened: a gap before it is none where the feed, at its own rate,
 * would have given so few in it that they change nothing. Half a day that lacks of a month is a gap in a busy feed.
 * @param beginning of everything that is known; null where nothing is
 * @param mentions of the stretch
 * @param window milliseconds of its windows: a longer gap is always one
 */
export function isKnownInFull(
  beginning: number | null,
  { from, until }: Stretch,
  mentions: number,
  window: number,
): boolean {
  if (beginning === null) return false
  const gap = beginning - from
  if (gap <= 0) return true
  if (gap > window || gap >= until - from) return false
  const lacking = (mentions * gap) / (until - from - gap)
  return lacking <= Math.max(mostBeforeFirst, smallPart * Math.sqrt(mentions))
}

/** When a source was heard within a stretch; instants in milliseconds since the epoch. */
export interface Heard {
  /** At least 1. */
  readonly mentions: number
  readonly first: number
  readonly last: number
  /** The longest time without a mention between the first and the last one. */
  readonly longestGap: number
}

/**
 * Whether a source was heard from the beginning of a stretch to its end, so that parts of it may be held against each
 * other. It began later, or fell silent, where it was silent there for longer than ever between two of its mentions, and at
 * its own rate would have given more meanwhile than changes nothing.
 */
export function isHeardThroughout({ mentions, first, last, longestGap }: Heard, { from, until }: Stretch): boolean {
  const time = last > first ? last - first : until - from
  return [first - from, until - last].every(
    (gap) => gap <= longestGap || (mentions * gap) / time <= Math.max(mostBeforeFirst, smallPart * Math.sqrt(mentions)),
  )
}
