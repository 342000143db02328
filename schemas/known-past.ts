/** A stretch of time, `[from, until)`, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

/** A slot of time in which a source was heard; instants in milliseconds since the epoch. */
export interface HeardSlot {
  readonly first: number
  readonly last: number
  /** At least 1. */
  readonly mentions: number
}

/** Whether a source was heard in two periods. */
export type Hearing =
  | { readonly kind: 'heard' }
  /** Its first mention of all came within them. */
  | { readonly kind: 'new'; readonly since: number }
  /** It said nothing between these mentions; `until` is null where it has not been heard since. */
  | { readonly kind: 'silent'; readonly since: number; readonly until: number | null }

const hour = 3_600_000
const hoursOfDay = 24
/** So long before the earlier period a source is listened to, to know how long it is silent usually: weekends too. */
export const listened = 14 * hoursOfDay * hour

/** Of a source with fewer mentions no rate is known, nor do they make a difference. */
export const leastMentions = 10
/** Of a steady source chance alone makes a silence that is called one in so many cases. */
export const falseSilences = 0.01
/** A silence is longer than usual where it is so many times as long as all others but one. */
export const timesUsual = 2
/** Lacks of so many mentions, or so much of the spread of a count, move no test by more than a percentage point. */
export const fewLacking = 3
export const smallPart = 0.25

/**
 * Whether a source was heard in both of two periods, so that one may be held against the other. It was not where it began
 * within them, or was silent for longer than it ever is, and would have given more meanwhile than changes nothing. One of
 * which nothing came before the later period is new, however it came: all at once, as a file that is read, tells no rate.
 *
 * Silences are told by the mentions that the source would have given, at its own rate at those hours of the day: a night
 * without any is none in a source that sleeps. Gaps of a steady source are exponential in that measure, so that the
 * longest of `n` exceeds `ln(n / 0.01)` once in a hundred times; one whose mentions come in bursts is often silent for longer, and
 * a silence must be twice as long as all others but one.
 * @param slots of the source, in the order of time, from `listened` before the earlier period on
 */
export function hearingOf(slots: readonly HeardSlot[], before: Stretch, now: Stretch): Hearing {
  const [first, last] = [slots[0], slots.at(-1)]
  if (first === undefined || last === undefined) return { kind: 'heard' }
  if (first.first >= before.until) return { kind: 'new', since: first.first }
  const rhythm = rhythmOf(slots)
  const all = sum(rhythm.mentions)
  if (all < leastMentions) return { kind: 'heard' }
  const gaps = gapsOf(slots, before.from, now.until)
    .map((gap): Silence => ({ ...gap, ...silenceOf(expectedIn(gap, rhythm), all, gap.kind === 'between') }))
    .sort((one, other) => other.length - one.length)
  const within = slots.reduce((total, slot) => total + (slot.last < before.from ? 0 : slot.mentions), 0)
  const harmless = Math.max(fewLacking, smallPart * Math.sqrt(within))
  // all but the two longest are usual by the rule
  for (const [at, gap] of gaps.slice(0, 2).entries()) {
    const others = gaps.filter((_, other) => other !== at)
    const usual = (others[1] ?? others[0])?.length ?? 0
    const lacking = expectedIn(overlap(gap, before), rhythm) + expectedIn(overlap(gap, now), rhythm)
    const limit = Math.max(Math.log(all / falseSilences), timesUsual * usual)
    if (gap.rateFactor * lacking <= harmless || gap.length <= limit) continue
    if (gap.kind === 'opening') return { kind: 'new', since: gap.until }
    return { kind: 'silent', since: gap.from, until: gap.kind === 'closing' ? null : gap.until }
  }
  return { kind: 'heard' }
}

/**
 * How long a silence is: `-n ln(1 - x)`, where `x` is the part of all that its `n` mentions were spread over; that none of
 * them fell into it has the probability `exp` of its negative (spacings, Pyke 1965).
 * @param expected mentions in it; where it lies between mentions, at the rate that it has a part in
 */
function silenceOf(expected: number, mentions: number, isBetween: boolean) {
  const part = isBetween ? Math.min(0.999, expected / mentions) : expected / (mentions + expected)
  return { length: -mentions * Math.log1p(-part), rateFactor: isBetween ? 1 / (1 - part) : 1 }
}

interface Silence extends Gap {
  /** In mentions that the source would have given. */
  readonly length: number
  /** By how much its rate is higher where the silence has no part in it. */
  readonly rateFactor: number
}

interface Gap extends Stretch {
  readonly kind: 'opening' | 'between' | 'closing'
}

/** The silences of a source: before it was heard first, where that is within the periods, between its mentions, and since. */
function gapsOf(slots: readonly HeardSlot[], from: number, until: number): readonly Gap[] {
  const first = slots[0]?.first ?? from
  const between = slots
    .slice(1)
    .map((slot, at): Gap => ({ kind: 'between', from: slots[at]?.last ?? slot.first, until: slot.first }))
  return [
    ...(first > from ? [{ kind: 'opening', from, until: first } as const] : []),
    ...between,
    { kind: 'closing', from: slots.at(-1)?.last ?? until, until },
  ]
}

/** What a source gives at the hours of a day, of UTC: its mentions, and for how many hours it was listened to. */
interface Rhythm {
  readonly mentions: readonly number[]
  readonly hours: readonly number[]
  /** Mentions an hour, of all hours. */
  readonly rate: number
}

function rhythmOf(slots: readonly HeardSlot[]): Rhythm {
  const mentions = new Array<number>(hoursOfDay).fill(0)
  for (const slot of slots) {
    const at = hourOfDay(slot.first)
    mentions[at] = (mentions[at] ?? 0) + slot.mentions
  }
  const hours = hoursOf({ from: slots[0]?.first ?? 0, until: slots.at(-1)?.last ?? 0 })
  const listenedFor = Math.max(1, sum(hours))
  return { mentions, hours, rate: sum(mentions) / listenedFor }
}

/** Mentions that the source would have given. An hour at the rate of all hours stands beside what is known of each. */
function expectedIn(stretch: Stretch, { mentions, hours, rate }: Rhythm): number {
  return hoursOf(stretch).reduce(
    (total, length, at) => total + (length * ((mentions[at] ?? 0) + rate)) / ((hours[at] ?? 0) + 1),
    0,
  )
}

const hourOfDay = (time: number): number => Math.floor(time / hour) % hoursOfDay
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const overlap = (one: Stretch, other: Stretch): Stretch => {
  const from = Math.max(one.from, other.from)
  return { from, until: Math.max(from, Math.min(one.until, other.until)) }
}

/** How many hours of a stretch fall into each hour of the day. */
function hoursOf({ from, until }: Stretch): readonly number[] {
  const days = Math.floor((until - from) / (hoursOfDay * hour))
  const hours = new Array<number>(hoursOfDay).fill(days)
  for (let time = from + days * hoursOfDay * hour; time < until; ) {
    const end = Math.min(until, (Math.floor(time / hour) + 1) * hour)
    const at = hourOfDay(time)
    hours[at] = (hours[at] ?? 0) + (end - time) / hour
    time = end
  }
  return hours
}
