import { logarithmic, minute, noiseOf, round, seasonOf } from './draws.js'
import type { Family } from './simulated.js'

// Kinds of series in which much comes again, or nothing comes at all: what is regular there is no event.

/** From an event on so many rows. */
function change(values: number[], at: number, length: number, of: (value: number, row: number) => number): void {
  for (let row = at; row < Math.min(values.length, at + length); row++) values[row] = of(values[row] ?? 0, row)
}

/** A quiet machine with jobs at their hours; what happens is a larger job, work at another hour, or another level. */
const jobs: Family = {
  ...{ rows: 5_000, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 2, 50)
    const noise = level * logarithmic(random, 0.01, 0.1)
    const every = random.of([72, 144, 288, 288, 288, 2_016])
    const size = level * logarithmic(random, 0.5, 8)
    const [length, jitter, phase] = [1 + random.below(12), random.of([0, 0, 2]), random.below(every)]
    const values = Array.from({ length: rows }, () => level + noise * random.normal())
    for (let begin = phase; begin < rows; begin += every) {
      const part = size * (0.8 + 0.4 * random.uniform())
      change(values, begin + random.below(jitter + 1), length, (value) => value + part)
    }
    for (const at of events) {
      const kind = random.of(['larger', 'other', 'level', 'level', 'burst'] as const)
      if (kind === 'level') {
        const by = Math.max(8 * noise, size * logarithmic(random, 0.3, 1))
        change(values, at, random.of([100, 300, rows]), (value) => value + by)
      } else if (kind === 'burst') {
        change(values, at, 20 + random.below(100), (value) => value + 0.7 * size * random.uniform() + 6 * noise)
      } else {
        change(values, at, length + 3, (value) => value + (kind === 'larger' ? 3 : 1.5) * size)
      }
    }
    return values.map((value) => round(value, 3))
  },
}

/** An idle machine: two or three values, few others now and then, or none ever; what happens is work, once or for good. */
const idle: Family = {
  ...{ rows: 4_032, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const unit = random.of([0.002, 0.066, 0.1, 0.5])
    const often = random.of([0, 0, logarithmic(random, 0.001, 0.02)])
    const steps = random.of([1, 2, 3])
    const base = unit * (1 + random.below(40))
    const values = Array.from({ length: rows }, () => {
      const isOther = random.uniform() < often
      return base + unit * random.below(steps) + (isOther ? unit * (10 + 5 * random.below(4)) : 0)
    })
    for (const at of events) {
      const by = unit * logarithmic(random, 30, 1_000)
      const length = random.of([1 + random.below(5), 30 + random.below(150), rows])
      change(values, at, length, (value) => value + by * (0.5 + random.uniform()))
    }
    return values.map((value) => round(value, 4))
  },
}

/** A measurement that hangs for a while: that is what happens, and what comes right behind; or it is shut off. */
const hanging: Family = {
  ...{ rows: 5_000, interval: 5 * minute, missing: 0.02 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 5, 500)
    const noise = level * logarithmic(random, 0.01, 0.1)
    const walk = noiseOf(random, random.of([0, 0.7]))
    const season = seasonOf(random, random.of([0, 0.3]), 1)
    const values = Array.from({ length: rows }, (_, row) => round(level * season(row / 12) + noise * walk(), 2))
    for (const at of events) {
      const kind = random.of(['hangs', 'behind', 'off'] as const)
      const length = 80 + random.below(120)
      const hung = kind === 'off' ? 0 : (values[at] ?? 0)
      if (kind === 'behind') {
        change(values, at - length, length, () => hung)
        const by = level * random.of([-0.5, 0.5, 1, 2])
        change(values, at, 2 + random.below(60), (value) => value + by)
      } else change(values, at, length, () => hung)
    }
    return values.map((value) => round(value, 2))
  },
}

/** Weeks of counts or a measurement with few events that last from an hour to for ever, and then nothing like them. */
const weeks: Family = {
  ...{ rows: 10_000, interval: 5 * minute, missing: 0 },
  make: (random, rows, events) => {
    const level = logarithmic(random, 5, 500)
    const noise = logarithmic(random, 0.02, 0.1)
    const isCount = random.uniform() < 0.5
    const season = seasonOf(random, 0.5 * random.uniform(), 0.8 + 0.3 * random.uniform())
    const walk = noiseOf(random, 0.3)
    const mean = Array.from({ length: rows }, (_, row) => level * season(row / 12))
    for (const at of events) {
      const factor = random.of([0.4, 1.5, 2, 4])
      change(mean, at, random.of([12, 36, 100, 200, rows]), (value) => value * factor)
    }
    return mean.map((value) =>
      isCount ? random.poisson(value * Math.exp(noise * walk())) : round(value * (1 + noise * walk()), 3),
    )
  },
}

/** How full a road or a room is, in per cent: nothing by night; rows are missing; what happens is a full one. */
const occupancy: Family = {
  ...{ rows: 2_500, interval: 5 * minute, missing: 0.08 },
  make: (random, rows, events) => {
    const most = 4 + 20 * random.uniform()
    const opens = 5 + 3 * random.uniform()
    const width = 0.1 + 0.3 * random.uniform()
    const walk = noiseOf(random, 0.6)
    const values = Array.from({ length: rows }, (_, row) => {
      const hours = (row / 12) % 24
      const part = Math.max(0, Math.sin((Math.PI * (hours - opens)) / (24 - opens)))
      const isFull = random.uniform() < 1 / 300
      return most * part * Math.exp(width * walk()) * (isFull ? 2 : 1)
    })
    for (const at of events) {
      const by = most * (1.5 + 2 * random.uniform())
      change(values, at, 2 + random.below(25), (value) => value + by)
    }
    return values.map((value) => round(Math.min(100, value), 2))
  },
}

/** What repeats exactly, as a textbook's: a wave, a working day, a constant; what happens is a part that does not. */
const exact: Family = {
  ...{ rows: 4_032, interval: 5 * minute, missing: 0 },
  next: (row) => row - (row % 288) + 130,
  make: (random, rows, events) => {
    const kind = random.of(['wave', 'day', 'constant'] as const)
    const noise = random.of([0, 0, 0.2])
    const values = Array.from({ length: rows }, (_, row) => {
      const at = row % 288
      const usual =
        kind === 'wave'
          ? 50 + 30 * Math.sin((2 * Math.PI * at) / 288)
          : kind === 'day' && at >= 108 && at < 216
            ? 80
            : 20
      return usual + noise * random.normal()
    })
    for (const at of events) {
      const factor = random.of([0.2, 0.5, 0.75, 1.3, 2])
      change(values, at, random.of([3, 36, 86]), (value) => value * factor)
    }
    return values.map((value) => round(value, 3))
  },
}

export const regular: Readonly<Record<string, Family>> = { jobs, idle, hanging, weeks, occupancy, exact }
