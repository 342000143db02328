import { describe, expect, it } from '@jest/globals'
import { normalised, probationOf, type RowWindow, scoreSeries, worth } from './nab-score.js'

const rows = 1_000
const window: RowWindow = [500, 599]
const alertsAt = (...at: readonly number[]): readonly boolean[] =>
  Array.from({ length: rows }, (_, row) => at.includes(row))

describe('what a row is worth', () => {
  it('is that of the published examples', () => {
    expect(worth(-1)).toBeCloseTo(0.98661, 5)
    expect(worth(-0.5)).toBeCloseTo(0.84828, 5)
    expect(worth(0)).toBe(0)
    expect(worth(1)).toBeCloseTo(-0.98661, 5)
    expect(worth(3)).toBe(-1)
  })
})

describe('the score of a series', () => {
  it('is 1 for an alert on the first row of the window', () => {
    expect(scoreSeries(alertsAt(500), [window])).toEqual({ raw: 1, windows: 1, found: 1, falseAlerts: 0 })
  })

  it('takes the best alert of a window, and the others for nothing', () => {
    expect(scoreSeries(alertsAt(550, 551, 599), [window]).raw).toBeCloseTo(0.84828 / 0.98661, 4)
  })

  it('is little on the last row of the window: position -0.01, worth 0.02499', () => {
    expect(scoreSeries(alertsAt(599), [window]).raw).toBeCloseTo(0.02499 / 0.98661, 4)
  })

  it('is -1 for a window without an alert', () => {
    expect(scoreSeries(alertsAt(), [window])).toEqual({ raw: -1, windows: 1, found: 0, falseAlerts: 0 })
  })

  it('loses 0.11 for each alert before the first window and far behind one', () => {
    expect(scoreSeries(alertsAt(300, 301, 500, 950), [window]).raw).toBeCloseTo(1 - 0.33, 9)
  })

  it('loses less right behind a window: 0.11 x 0.2449 after a tenth of it', () => {
    // (609.9 - 599) / 99 would be a tenth; row 609 lies 10/99 behind
    const cost = 0.11 * (1 - 2 / (1 + Math.exp((5 * 10) / 99)))
    expect(scoreSeries(alertsAt(500, 609), [window]).raw).toBeCloseTo(1 - cost, 9)
  })

  it('leaves out the first 15 % of the rows, of 5,000 at most', () => {
    expect(probationOf(1_000)).toBe(150)
    expect(probationOf(15_902)).toBe(750)
    expect(scoreSeries(alertsAt(10, 149, 500), [window])).toMatchObject({ raw: 1, falseAlerts: 0 })
    expect(scoreSeries(alertsAt(120), [[100, 140], window])).toMatchObject({ raw: -1, windows: 1 })
  })
})

describe('the score of several series', () => {
  it('is 100 at best, 0 where nothing is said, and below for alerts at random', () => {
    const perfect = scoreSeries(alertsAt(500), [window])
    const nothing = scoreSeries(alertsAt(), [window])
    expect(normalised([perfect, perfect])).toBe(100)
    expect(normalised([nothing])).toBe(0)
    expect(normalised([perfect, nothing])).toBe(50)
    expect(normalised([scoreSeries(alertsAt(200, 300), [window])])).toBeCloseTo(-11, 9)
  })
})
