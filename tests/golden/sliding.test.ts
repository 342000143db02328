import { describe, expect, it } from '@jest/globals'
import { sliding } from '../../streams/engine/window.js'
import { keyed, lives, type Result, runWindows } from '../support/windows.js'

/** As the literature writes it, with both ends in the window. */
const text = ({ window, places }: Result) => `[${window.start},${window.end - 1}]=${places.length}`

describe.each(lives)('sliding windows lived %s', (_, life) => {
  it('give one window for each set of records that are close enough', () => {
    const inputs = keyed('k', [10, 11, 10, 13, 10, 24, 5, 7, 90])
    const { finals, late } = runWindows({ ...life, window: sliding({ difference: 5, grace: 15 }), inputs })
    expect(finals.map(text)).toEqual(['[5,10]=5', '[6,11]=5', '[8,13]=5', '[11,16]=2', '[12,17]=1', '[19,24]=1'])
    expect(late).toEqual([])
  })

  it('make exactly five windows of three records', () => {
    const inputs = keyed('k', [8_000, 9_200, 12_400, 100_000])
    const { finals } = runWindows({ ...life, window: sliding({ difference: 5_000, grace: 0 }), inputs })
    expect(finals.map(text)).toEqual([
      '[3000,8000]=1',
      '[4200,9200]=2',
      '[7400,12400]=3',
      '[8001,13001]=2',
      '[9201,14201]=1',
    ])
  })

  it('begin at the epoch for records that are closer to it than the difference', () => {
    const { finals } = runWindows({
      ...life,
      window: sliding({ difference: 5, grace: 0 }),
      inputs: keyed('k', [2, 30]),
    })
    expect(finals.map(text)).toEqual(['[0,5]=1'])
  })
})

describe('sliding windows', () => {
  it('are given again when a record changes them, and for the first time when a record makes them', () => {
    const { results } = runWindows({
      window: sliding({ difference: 5, grace: 10 }),
      inputs: keyed('k', [10, 13, 12]),
      updates: { kind: 'every', interval: 1 },
      pauses: () => ['update', 'flush'],
    })
    expect(results.map((result) => `${text(result)} ${result.revision}`)).toEqual([
      '[5,10]=1 1',
      '[8,13]=2 1',
      '[11,16]=1 1',
      '[7,12]=2 1',
      '[8,13]=3 2',
      '[11,16]=2 2',
      '[13,18]=1 1',
    ])
  })
})
