import { describe, expect, it } from '@jest/globals'
import { newsPosts } from '../tests/support/news.js'
import { seeded } from '../tests/support/simulated.js'
import { type HeardSlot, hearingOf, listened } from './known-past.js'

const hour = 3_600_000
const day = 24 * hour
const from = Date.UTC(2025, 2, 3)
const before = { from, until: from + 7 * day }
const now = { from: from + 7 * day, until: from + 14 * day }

/** The slots of an hour, or another length, that mentions fall into, as far as they are listened to. */
function slotsOf(times: readonly number[], start: number, until: number, length = hour): readonly HeardSlot[] {
  const slots: HeardSlot[] = []
  for (let place = firstFrom(times, start - listened); place < times.length; place += 1) {
    const at = times[place] ?? until
    if (at >= until) break
    const open = slots.at(-1)
    if (open === undefined || Math.floor(open.first / length) !== Math.floor(at / length))
      slots.push({ first: at, last: at, mentions: 1 })
    else slots[slots.length - 1] = { first: open.first, last: at, mentions: open.mentions + 1 }
  }
  return slots
}

/** Place of the first instant from this one on. */
function firstFrom(times: readonly number[], start: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? start) < start) low = middle + 1
    else high = middle
  }
  return low
}

/** Instants at this distance, by day alone where it sleeps at night: nothing comes from midnight to eight. */
const steady = (start: number, until: number, every: number, sleeps = false): readonly number[] =>
  Array.from({ length: Math.ceil((until - start) / every) }, (_, at) => start + at * every).filter(
    (at) => !sleeps || at % day >= 8 * hour,
  )

const heard = (times: readonly number[]) => hearingOf(slotsOf(times, from, now.until), before, now)

describe('a source that is listened to over two weeks', () => {
  it('was heard where it goes on, whether something came of it before or not', () => {
    expect(heard(steady(from - 30 * day, now.until, hour)).kind).toBe('heard')
    expect(heard(steady(from, now.until, hour)).kind).toBe('heard')
    expect(heard(steady(from + 7 * hour, now.until, 5 * hour)).kind).toBe('heard')
  })

  it('is new where it was connected within them, and says since when', () => {
    const since = from + 9 * day
    expect(heard(steady(since, now.until, hour))).toEqual({ kind: 'new', since })
  })

  it('is new where all of it came at once within the later one', () => {
    const since = now.from + day
    const atOnce = Array.from({ length: 50 }, (_, at) => since + at * 60_000)
    expect(heard(atOnce)).toEqual({ kind: 'new', since })
    expect(heard(new Array<number>(50).fill(since))).toEqual({ kind: 'new', since })
    // nothing is known of how often one that came at once in the earlier period does
    expect(heard(atOnce.map((at) => at - 7 * day)).kind).toBe('heard')
  })

  it('is silent where it ended, or was away for a while, and says from when until when', () => {
    const gone = from + 10 * day
    const last = gone - hour
    expect(heard(steady(from - listened, gone, hour))).toEqual({ kind: 'silent', since: last, until: null })
    const away = [...steady(from, gone, hour), ...steady(gone + 2 * day, now.until, hour)]
    expect(heard(away)).toEqual({ kind: 'silent', since: last, until: gone + 2 * day })
  })

  it('was heard where it was away before them alone, and where what lacks changes nothing', () => {
    expect(heard([...steady(from - listened, from - 5 * day, hour), ...steady(from, now.until, hour)]).kind).toBe(
      'heard',
    )
    const short = steady(from - listened, now.until, hour).filter((at) => at < from + day || at > from + day + 5 * hour)
    expect(heard(short).kind).toBe('heard')
  })

  it('of fewer than ten mentions is new where none came in the earlier period, and was heard otherwise', () => {
    expect(heard(steady(from + 2 * day, now.until, 2 * day)).kind).toBe('heard')
    expect(heard([now.from + hour, now.from + 2 * hour])).toEqual({ kind: 'new', since: now.from + hour })
  })

  it('is not silent where it says as little often: at night, at weekends, between its bursts', () => {
    const nightly = steady(from - listened, now.until, 60_000, true)
    const weekly = steady(from - listened, now.until, 600_000).filter((at) => new Date(at).getUTCDay() % 6 !== 0)
    const bursts = steady(from - listened, now.until, 3 * day).flatMap((at) => steady(at, at + hour, 60_000))
    for (const times of [nightly, weekly, bursts]) expect(heard(times).kind).toBe('heard')
  })
})

describe('a source that sleeps, over two spans of hours', () => {
  const times = (until: number) => steady(from - 30 * day, until, 60_000, true)

  it('was heard at any hour of the day, and is silent at none but where it ends by day', () => {
    for (const span of [1, 6]) {
      for (let at = 0; at < 24; at += 1) {
        const end = from + at * hour
        const middle = end - span * hour
        const periods = [
          { from: middle - span * hour, until: middle },
          { from: middle, until: end },
        ] as const
        const of = (until: number) => hearingOf(slotsOf(times(until), periods[0].from, end, 300_000), ...periods)
        expect([span, at, of(end).kind]).toEqual([span, at, 'heard'])
        const isDay = at >= 12
        if (isDay) expect([span, at, of(end - 50 * 60_000).kind]).toEqual([span, at, 'silent'])
      }
    }
  })
})

describe('a steady source of any rate', () => {
  it('is seldom taken for one that was not heard: mentions that come by chance, 2 to 5,000 in two weeks', () => {
    const random = seeded(7)
    let wrong = 0
    const worlds = [2, 10, 40, 200, 1_000, 5_000].flatMap((rate) => Array.from({ length: 40 }, () => rate))
    for (const rate of worlds) {
      const every = (14 * day) / rate
      const times: number[] = []
      for (let at = from - listened; at < now.until; ) {
        at += Math.max(1, Math.round(-Math.log(1 - random()) * every))
        times.push(at)
      }
      if (heard(times).kind !== 'heard') wrong += 1
    }
    expect(wrong).toBeLessThanOrEqual(3)
  })
})

describe('a feed of real news, which sleeps', () => {
  const times = newsPosts().map(({ created_at }) => created_at)
  const start = times[0] ?? 0
  const end = times.at(-1) ?? 0
  /** Half a day or more without a post of any of its accounts: the feed itself was away, five times in a year. */
  const outages = times.flatMap((at, place) => {
    const next = times[place + 1] ?? at
    return next - at >= 12 * hour ? [{ from: at, until: next }] : []
  })

  it.each([
    ['hour', 1, 300_000, 0.8],
    ['six hours', 6, 300_000, 0.9],
    ['day', 24, hour, 0.9],
    ['week', 168, hour, 0.95],
  ] as const)(
    'is heard at every hour of the day over two spans of a %s, and away where it was',
    (_, hours, slot, least) => {
      const span = hours * hour
      const told = { heard: 0, away: 0 }
      const all = { heard: 0, away: 0 }
      for (let until = start + listened + 2 * span; until < end; until += 7 * hour) {
        const middle = until - span
        const first = middle - span
        const is = outages.some((gap) => gap.from < until && gap.until > first) ? 'away' : 'heard'
        const found = hearingOf(
          slotsOf(times, first, until, slot),
          { from: first, until: middle },
          { from: middle, until },
        )
        all[is] += 1
        if ((found.kind === 'heard') === (is === 'heard')) told[is] += 1
      }
      expect(outages).toHaveLength(5)
      expect(told.heard).toBe(all.heard)
      expect(told.away / all.away).toBeGreaterThan(least)
    },
  )
})
