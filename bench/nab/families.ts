import type { Random } from '../shifts/random.js'
import { hour, logarithmic, minute, noiseOf, pareto, round, seasonOf } from './draws.js'
import { regular } from './regular.js'
import type { Family } from './simulated.js'

// Kinds of series that are watched in operation, made up: what is usual in each, and what happens to it. Sizes are
// drawn, so that some of what happens is hardly seen and some of what is usual looks like an event.

const during = (row: number, from: number, rows: number): boolean => row >= from && row < from + rows

/** Mentions: clumps of reposts, bursts of any size that fade, a slow drift; what happens is a burst, or talk for hours. */
const mentions: Family = {
  ...{ rows: 9_000, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 0.4, 80)
    const season = seasonOf(random, 0.7 * random.uniform(), 0.6 + 0.5 * random.uniform())
    const drift = noiseOf(random, 0.9995)
    const clump = 1 + 3 * random.uniform()
    const mean = Array.from({ length: rows }, (_, row) => level * season(row / 12) * Math.exp(0.25 * drift()))
    const bursts = Math.floor(rows / logarithmic(random, 150, 1_500))
    const exponent = 1.3 + 1.2 * random.uniform()
    const burst = (at: number, size: number, halfLife: number) => {
      for (let row = at; row < Math.min(rows, at + 12 * halfLife); row++) {
        mean[row] = (mean[row] ?? 0) + size * 2 ** ((at - row) / halfLife)
      }
    }
    for (let index = 0; index < bursts; index++) {
      const size = (level + 2) * Math.min(40, pareto(random, exponent))
      burst(random.below(rows), size, logarithmic(random, 0.6, 10))
    }
    const usual = (level + 2) * bursts ** (1 / exponent)
    for (const at of events) {
      if (random.uniform() < 0.6) {
        burst(at, usual * logarithmic(random, 0.8, 5), logarithmic(random, 1, 12))
        continue
      }
      const [factor, length] = [logarithmic(random, 2.5, 8), logarithmic(random, 36, 200)]
      for (let row = at; row < Math.min(rows, at + length); row++) {
        mean[row] = (mean[row] ?? 0) * factor + 1
      }
    }
    return mean
      .map((each) => random.poisson(each / clump))
      .map((count) => (count === 0 ? 0 : clumped(random, count, clump)))
  },
}

function clumped(random: Random, count: number, clump: number): number {
  let sum = count
  for (let index = 0; index < Math.min(count, 400); index++) sum += random.poisson(clump - 1)
  return count > 400 ? Math.round(sum + (count - 400) * (clump - 1)) : sum
}

/** Load of a server in per cent: quiet, with short jobs; what happens is another level, a peak, jitter, or less. */
const load: Family = {
  ...{ rows: 4_032, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 1, 60)
    const noise = level * logarithmic(random, 0.01, 0.15)
    const every = random.of([0, 12, 144, 288])
    const job = level * logarithmic(random, 0.2, 1.5)
    const walk = noiseOf(random, random.of([0, 0.5, 0.9]))
    const season = seasonOf(random, random.of([0, 0, 0.3]), 1)
    const values = Array.from({ length: rows }, (_, row) => {
      const isJob = every > 0 && row % every < 2
      const isPeak = random.uniform() < 1 / 600
      return (
        level * season(row / 12) + noise * walk() + (isJob ? job : 0) + (isPeak ? noise * 4 * pareto(random, 1.5) : 0)
      )
    })
    for (const at of events) {
      const kind = random.of(['peak', 'level', 'jitter', 'less', 'jobs'] as const)
      const size = Math.max(noise * logarithmic(random, 5, 40), random.of([0, 0.5, 1]) * level)
      const length =
        kind === 'peak'
          ? 1 + random.below(6)
          : kind === 'level' && random.uniform() < 0.5
            ? rows
            : 24 + random.below(250)
      const sign = kind === 'less' ? -1 : random.uniform() < 0.7 ? 1 : -1
      for (let row = at; row < Math.min(rows, at + length); row++) {
        const change =
          kind === 'jitter'
            ? noise * 4 * random.normal()
            : kind === 'jobs'
              ? row % 6 === 0
                ? size
                : 0
              : (kind === 'peak' ? 1 : sign) * size
        values[row] = (values[row] ?? 0) + change
      }
    }
    return values.map((value) => round(Math.min(100, Math.max(0, value)), 3))
  },
}

/** Bytes of a disk or a network: powers of ten apart from row to row; what happens is a transfer that lasts, or none. */
const transfer: Family = {
  ...{ rows: 4_032, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 1e3, 1e7)
    const width = 0.1 + 0.6 * random.uniform()
    const walk = noiseOf(random, random.of([0, 0.7, 0.95]))
    const season = seasonOf(random, 0.6 * random.uniform(), 0.8)
    const often = logarithmic(random, 1 / 400, 1 / 20)
    const values = Array.from({ length: rows }, (_, row) => {
      const isBig = random.uniform() < often
      return level * season(row / 12) * Math.exp(width * walk()) * (isBig ? 1 + 2 * pareto(random, 1.8) : 1)
    })
    for (const at of events) {
      const isNone = random.uniform() < 0.2
      const [factor, length] = [logarithmic(random, 4, 30), logarithmic(random, 1, 150)]
      for (let row = at; row < Math.min(rows, at + length + (isNone ? 24 : 0)); row++) {
        values[row] = isNone ? 0 : (values[row] ?? 0) * factor
      }
    }
    return values.map((value) => round(value, 1))
  },
}

/** Prices and rates of each hour: a season, wide noise; what happens is a few hours far off, or another level. */
const prices: Family = {
  ...{ rows: 1_640, interval: hour, missing: 0.01 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 0.1, 10)
    const width = 0.05 + 0.25 * random.uniform()
    const season = seasonOf(random, 0.5 * random.uniform(), 0.7 + 0.4 * random.uniform())
    const walk = noiseOf(random, 0.5)
    const drift = noiseOf(random, 0.995)
    const values = Array.from({ length: rows }, (_, row) => {
      const isOff = random.uniform() < 1 / 300
      return level * season(row) * Math.exp(width * walk() + 0.15 * drift()) * (isOff ? 1 + pareto(random, 2.5) / 2 : 1)
    })
    for (const at of events) {
      const [factor, length] = [logarithmic(random, 2, 8), random.of([1, 2, 5, 10, 60])]
      const isLess = random.uniform() < 0.2
      for (let row = at; row < Math.min(rows, at + length); row++) {
        values[row] = (values[row] ?? 0) * (isLess ? 1 / factor : length > 10 ? Math.sqrt(factor) : factor)
      }
    }
    return values.map((value) => round(value, 4))
  },
}

/** Speed on a road, with rows that are missing: jams in the morning; what happens is a jam where none is usual. */
const speed: Family = {
  ...{ rows: 2_500, interval: 5 * minute, missing: 0.1 },
  make: (random, rows, events) => {
    const free = 55 + 20 * random.uniform()
    const jam = random.of([0, 10, 30])
    const walk = noiseOf(random, 0.6)
    const width = 2 + 4 * random.uniform()
    const values = Array.from({ length: rows }, (_, row) => {
      const hours = (row / 12) % 24
      const isWorkday = Math.floor(row / 288) % 7 < 5
      const usual = isWorkday ? jam * Math.exp(-(((hours - 8) / 1.2) ** 2)) : 0
      const little = random.uniform() < 1 / 250 ? 10 * pareto(random, 3) : 0
      return free - usual + width * walk() - little
    })
    for (const at of events) {
      const [depth, length] = [15 + 40 * random.uniform(), logarithmic(random, 4, 60)]
      for (let row = at; row < Math.min(rows, at + length); row++) values[row] = (values[row] ?? 0) - depth
    }
    return values.map((value) => Math.round(Math.max(1, value)))
  },
}

/** A temperature: slow, with a day and seasons; what happens is a fall before a failure, a step, or a stuck sensor. */
const temperature: Family = {
  ...{ rows: 7_000, interval: hour, missing: 0.02 },
  make: (random, rows, events) => {
    const slow = noiseOf(random, 0.998)
    const weather = noiseOf(random, 0.97)
    const width = 0.2 + 0.4 * random.uniform()
    const daily = 3 * random.uniform()
    const values = Array.from({ length: rows }, (_, row) => {
      const day = daily * Math.cos((2 * Math.PI * ((row % 24) - 15)) / 24)
      return 70 + 4 * slow() + 1.5 * weather() + day + width * random.normal()
    })
    for (const at of events) {
      const kind = random.of(['fall', 'step', 'peak'] as const)
      const size = logarithmic(random, 8, 25) * (random.uniform() < 0.7 ? -1 : 1)
      const length = kind === 'peak' ? 1 + random.below(4) : 24 + random.below(150)
      for (let row = at; row < Math.min(rows, at + length); row++) {
        values[row] = (values[row] ?? 0) + size * (kind === 'fall' ? Math.min(1, (row - at) / 24) : 1)
      }
    }
    return values.map((value) => round(value, 2))
  },
}

/** Rides of half an hour: a strong season of the week, little noise; what happens is a day unlike others, or an hour. */
const rides: Family = {
  ...{ rows: 8_000, interval: 30 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 50, 20_000)
    const season = seasonOf(random, 0.6 + 0.3 * random.uniform(), 0.8 + 0.3 * random.uniform())
    const walk = noiseOf(random, 0.9)
    const drift = noiseOf(random, 0.9995)
    const values = Array.from({ length: rows }, (_, row) => {
      return level * season(row / 2) * Math.exp(0.06 * walk() + 0.05 * drift())
    })
    for (const at of events) {
      const [factor, length] =
        random.uniform() < 0.5
          ? [logarithmic(random, 0.2, 0.75), 48]
          : [logarithmic(random, 1.3, 2.5), 2 + random.below(8)]
      for (let row = at; row < Math.min(rows, at + length); row++) values[row] = (values[row] ?? 0) * factor
    }
    return values.map((value) => random.poisson(Math.max(0, value)))
  },
}

/** A plant by day and by night: two levels; what happens is a day without, a higher one, a lower night, or spikes. */
const shifts: Family = {
  ...{ rows: 4_032, interval: 5 * minute, missing: 0 },
  // of four days one whose night is another, which begins in the evening
  next: (row) => row - (row % 288) + (Math.floor(row / 288) % 4 === 3 ? 216 : 108),
  make: (random, rows, events) => {
    const [low, high] = [20, 20 + 60 * random.uniform() + 5]
    const noise = logarithmic(random, 0.5, 6)
    const isDay = (row: number) => during(row % 288, 108, 108)
    const values = Array.from(
      { length: rows },
      (_, row) => (isDay(row) ? high : low) + noise * (random.uniform() - 0.5) * 3,
    )
    for (const at of events) {
      const kind = isDay(at) ? random.of(['none', 'more', 'less', 'spikes'] as const) : 'night'
      const change = { none: low - high, more: 0.8 * (high - low), less: 0.5 * (low - high), night: high - low }
      for (let row = at; row < Math.min(rows, at + (kind === 'night' ? 180 : 108)); row++) {
        values[row] = (values[row] ?? 0) + (kind === 'spikes' ? (row % 5 === 0 ? high : 0) : change[kind])
      }
    }
    return values.map((value) => round(value, 4))
  },
}

/** Time that a request takes, in milliseconds, each minute: a heavy tail; what happens is slower ones, for a while. */
const latency: Family = {
  ...{ rows: 6_000, interval: minute, missing: 0.01 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 5, 500)
    const width = 0.1 + 0.4 * random.uniform()
    const walk = noiseOf(random, random.of([0, 0.6]))
    const often = logarithmic(random, 1 / 1_000, 1 / 60)
    const values = Array.from({ length: rows }, () => {
      return level * Math.exp(width * walk()) * (random.uniform() < often ? 1 + pareto(random, 1.6) : 1)
    })
    for (const at of events) {
      const [factor, length] = [logarithmic(random, 1.5, 12), logarithmic(random, 3, 400)]
      for (let row = at; row < Math.min(rows, at + length); row++) values[row] = (values[row] ?? 0) * factor
    }
    return values.map((value) => round(value, 2))
  },
}

/** All kinds, by name. */
export const families: Readonly<Record<string, Family>> = {
  ...{ mentions, load, transfer, prices, speed, temperature, rides, shifts, latency },
  ...regular,
}
