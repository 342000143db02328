import { describe, expect, it } from '@jest/globals'
import { accuracy, calibrationError, f1, interval, macroF1 } from './measures.js'

const rows = (pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([label, predicted]) => ({ label, predicted }))

describe('measures', () => {
  it('macro-F1 is the mean of the F1 of the classes', () => {
    // F1: 2/3, 2/3, 1
    const judged = rows([
      [0, 0],
      [0, 1],
      [1, 1],
      [2, 2],
    ])
    expect(macroF1(judged, 3)).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 12)
    expect(accuracy(judged)).toBe(0.75)
  })

  it('F1 counts what is there and what is found', () => {
    const there = [true, true, true, false].map((is, at) => ({ there: is, found: at > 0 }))
    expect(f1(there)).toBeCloseTo((2 * 2) / (3 + 3), 12)
  })

  it('the calibration error is nothing when each confidence is as often right, and the gap when it is not', () => {
    const half = Array.from({ length: 100 }, (_, at) => ({ label: 0, predicted: at % 2, confidence: 0.5 }))
    expect(calibrationError(half)).toBeCloseTo(0, 12)
    expect(calibrationError(half.map((row) => ({ ...row, confidence: 0.8 })))).toBeCloseTo(0.3, 12)
  })

  it('the interval of a share is that of the binomial, and the same each time', () => {
    const judged = rows(Array.from({ length: 400 }, (_, at) => [0, at % 4 === 0 ? 1 : 0] as const))
    const [low, high] = interval(judged, accuracy)
    const half = 1.96 * Math.sqrt((0.75 * 0.25) / 400)
    expect(low).toBeCloseTo(0.75 - half, 1)
    expect(high).toBeCloseTo(0.75 + half, 1)
    expect(interval(judged, accuracy)).toEqual([low, high])
  })
})
