import { describe, expect, it } from '@jest/globals'
import { normal, seeded } from '../../tests/support/simulated.js'
import { lima } from './calendar.js'
import { observe } from './detector.js'
import { emptySeries } from './series-state.js'

const start = Date.UTC(2024, 2, 4)
const fiveMinutes = 300_000
const day = 288
/** The row at which something begins. */
const at = 3_000

/** Rows with an alert, counted from `at`. */
function alertsOf(rows: number, value: (row: number) => number): readonly number[] {
  const state = emptySeries()
  const alerts: number[] = []
  for (let row = 0; row < rows; row++) {
    if (observe(state, start + row * fiveMinutes, value(row), lima).alert) alerts.push(row - at)
  }
  return alerts
}

const seeds = [7, 14]
const during = (row: number, length: number): boolean => row >= at && row < at + length

describe('an event', () => {
  it('of a measurement does not echo a day or a week later: of 24 at most one does', () => {
    const runs = [12, 36, 100, 200].flatMap((length) =>
      [0.5, 1.6, 4].flatMap((factor) =>
        seeds.map((seed) => {
          const random = seeded(seed)
          return {
            length,
            alerts: alertsOf(5_400, (row) => 50 * (during(row, length) ? factor : 1) + 2 * normal(random)),
          }
        }),
      ),
    )
    expect(runs).toHaveLength(24)
    expect(runs.filter(({ alerts }) => !alerts.some((row) => row >= 0 && row < 12))).toEqual([])
    const isEcho = (row: number, length: number) => row > 144 && !(row >= length && row < length + 24)
    expect(runs.filter(({ length, alerts }) => alerts.some((row) => isEcho(row, length))).length).toBeLessThanOrEqual(1)
  })

  it('that lasts for ever is told once, with a day of hours as well: of 12 steps at most one is told again', () => {
    const again = [0, 20].flatMap((depth) =>
      [0.5, 1.5, 2].flatMap((factor) =>
        seeds.map((seed) => {
          const random = seeded(seed)
          const mean = (row: number) => 50 * (row >= at ? factor : 1) + depth * Math.sin((2 * Math.PI * row) / day)
          const alerts = alertsOf(5_400, (row) => mean(row) + 2 * normal(random))
          expect(alerts.filter((row) => row >= 0 && row < 12)).toHaveLength(1)
          return alerts.filter((row) => row >= 12).length
        }),
      ),
    )
    expect(again).toHaveLength(12)
    expect(again.filter((times) => times > 0).length).toBeLessThanOrEqual(1)
  })
})

describe('a constant', () => {
  it.each([0, 1, 45, 100, 0.066, -3])('%s is never told, in four weeks', (value) => {
    expect(alertsOf(8_000, () => value)).toEqual([])
  })

  const noise = (random: () => number) => Number((50.5 + 2 * normal(random)).toFixed(2))
  const changes = [
    ['one row ten times as high', (usual: number, row: number) => (row === at ? usual * 10 : usual)],
    ['three times as high from then on', (usual: number) => usual * 3],
    ['nothing any more', () => 0],
  ] as const
  it('from the first row on: what comes behind is told at once', () => {
    for (const [name, change] of changes) {
      const random = seeded(3)
      const alerts = alertsOf(at + 50, (row) => (row < at ? 50.5 : change(noise(random), row)))
      expect([name, alerts.filter((row) => row >= 0 && row < 2)]).toEqual([name, [expect.any(Number)]])
    }
  })

  it.each([80, 100, 400, 2_000])('that hangs for %s rows is silence, and what comes behind is told at once', (rows) => {
    for (const [name, change] of changes) {
      const random = seeded(3)
      const alerts = alertsOf(at + 50, (row) => {
        const usual = noise(random)
        return row < at - rows ? usual : row < at ? 50.5 : change(usual, row)
      })
      expect([name, alerts.filter((row) => row >= -rows)]).toEqual([name, [-rows + 24, 0]])
    }
    const random = seeded(3)
    const back = alertsOf(at + 50, (row) => (row >= at - rows && row < at ? 50.5 : noise(random)))
    expect(back.filter((row) => row >= -rows)).toEqual([-rows + 24])
  })
})

it('a job of each day is told five times in four weeks at most, and one that is larger is told then', () => {
  for (const size of [5, 10, 40]) {
    const random = seeded(11)
    const job = (row: number) => (row % day < 100 || row % day > 103 ? 0 : row > 27 * day ? 3 * size : size)
    const alerts = alertsOf(28 * day, (row) => 5 + 0.3 * normal(random) + job(row)).map((row) => row + at)
    expect(alerts.filter((row) => row < 27 * day && row % day >= 100 && row % day < 110).length).toBeLessThanOrEqual(5)
    expect(alerts.filter((row) => row >= 27 * day + 100)).toHaveLength(1)
  }
})
