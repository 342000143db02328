import { describe, expect, it } from '@jest/globals'
import { TroubleLog } from './trouble-log.js'

const trouble = (attempt: number, what = 'trends') => ({ what, message: 'no answer', attempt })

/** Attempts that are told of those seen one after the other; 0 for the end. */
const told = (log: TroubleLog, attempts: readonly number[]) =>
  attempts.flatMap((attempt) =>
    log
      .take(attempt === 0 ? [] : [trouble(attempt)])
      .map((line) => (line.kind === 'fails' ? line.trouble.attempt : `works after ${line.attempts}`)),
  )

describe('the log of troubles', () => {
  it('tells one when it begins, each time that its attempts have doubled, and when it is over', () => {
    const attempts = Array.from({ length: 1_000 }, (_, at) => at + 1)
    expect(told(new TroubleLog(), [...attempts, 0, 0])).toEqual([
      1,
      2,
      4,
      8,
      16,
      32,
      64,
      128,
      256,
      512,
      'works after 1000',
    ])
  })

  it('tells one that began anew between two looks', () => {
    expect(told(new TroubleLog(), [1, 5, 6, 1, 0])).toEqual([1, 5, 1, 'works after 1'])
  })

  it('says nothing twice of what stays as it is', () => {
    expect(told(new TroubleLog(), [3, 3, 3])).toEqual([3])
  })

  it('keeps troubles apart', () => {
    const log = new TroubleLog()
    log.take([trouble(4, 'a')])
    expect(log.take([trouble(5, 'a'), trouble(1, 'b')])).toEqual([{ kind: 'fails', trouble: trouble(1, 'b') }])
  })
})
