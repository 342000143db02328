import { describe, expect, it } from '@jest/globals'
import { session } from '../../streams/engine/window.js'
import { arriving, keyed, lives, type Result, runWindows } from '../support/windows.js'

/** As the literature writes it, with both ends in the session. */
const text = ({ key, window, places }: Result) => `${key}[${window.start},${window.end - 1}]=${places.length}`

const twoKeys = arriving([
  ['k1', 0],
  ['k1', 5],
  ['k1', 1],
  ['k2', 11],
  ['k1', 5],
  ['k1', 30],
])

describe.each(lives)('sessions lived %s', (_, life) => {
  it('end after the gap, and another key of the partition moves time on', () => {
    const { finals, late } = runWindows({ ...life, window: session({ gap: 5, grace: 0 }), inputs: twoKeys })
    expect(finals.map(text)).toEqual(['k1[0,5]=3', 'k2[11,11]=1'])
    expect(finals.map(({ timestamp }) => timestamp)).toEqual([5, 11])
    expect(late.map(({ place }) => place)).toEqual([4])
  })

  it('become one when a record bridges them', () => {
    const inputs = keyed('k', [10, 12, 20, 16, 100])
    const { finals } = runWindows({ ...life, window: session({ gap: 5, grace: 10 }), inputs })
    expect(finals.map(text)).toEqual(['k[10,20]=4'])
  })

  it('stay two when no record bridges them', () => {
    const inputs = keyed('k', [10, 12, 20, 100])
    const { finals } = runWindows({ ...life, window: session({ gap: 5, grace: 10 }), inputs })
    expect(finals.map(text)).toEqual(['k[10,12]=2', 'k[20,20]=1'])
  })

  it('take nothing more once they are closed: a record close to one opens its own', () => {
    const inputs = arriving([
      ['k', 0],
      ['other', 6],
      ['k', 4],
      ['other', 30],
    ])
    const { finals } = runWindows({ ...life, window: session({ gap: 5, grace: 0 }), inputs })
    expect(finals.map(text)).toEqual(['k[0,0]=1', 'k[4,4]=1', 'other[6,6]=1'])
  })
})

describe('a session that grows', () => {
  const shown = (result: Result) => `${text(result)} ${result.standing} ${result.revision}`
  const updates = { kind: 'every', interval: 1 } as const
  const window = session({ gap: 5, grace: 0 })

  it('retracts what was given for the old window before the new one is given', () => {
    const { results } = runWindows({ window, inputs: twoKeys, updates, pauses: () => ['close', 'update', 'flush'] })
    expect(results.map(shown)).toEqual([
      'k1[0,0]=1 update 1',
      'k1[0,0]=0 retraction 2',
      'k1[0,5]=2 update 1',
      'k1[0,5]=3 update 2',
      'k1[0,5]=3 final 3',
      'k2[11,11]=1 update 1',
      'k2[11,11]=1 final 2',
      'k1[30,30]=1 update 1',
    ])
  })

  it('retracts every session that it joins', () => {
    const inputs = keyed('k', [10, 12, 20, 16])
    const { results } = runWindows({
      window: session({ gap: 5, grace: 10 }),
      inputs,
      updates,
      pauses: (at) => (at === 2 || at === 3 ? ['update', 'restart'] : []),
    })
    expect(results.map(shown)).toEqual([
      'k[10,12]=2 update 1',
      'k[20,20]=1 update 1',
      'k[10,12]=0 retraction 2',
      'k[20,20]=0 retraction 2',
      'k[10,20]=4 update 1',
    ])
  })

  it('retracts before its final where no update came between', () => {
    const inputs = keyed('k', [0, 4, 30])
    const pauses = (at: number) => (at === 0 ? (['update'] as const) : [])
    const { results } = runWindows({ window, inputs, updates, pauses })
    expect(results.map(shown)).toEqual(['k[0,0]=1 update 1', 'k[0,0]=0 retraction 2', 'k[0,4]=2 final 1'])
  })
})
