import { describe, expect, it } from '@jest/globals'
import { MemoryState } from './memory-state.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (of: Uint8Array) => new TextDecoder().decode(of)

/** Whole numbers below the bound that look random (Park and Miller, 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 0x7fffffff
    return state % below
  }
}

describe('state in memory', () => {
  it.each([300, 20_000])('gives entries and ranges of what was put and not deleted, of %d keys', (keys) => {
    const next = numbers(11)
    const state = new MemoryState()
    const table = state.table('store')
    const oracle = new Map<string, string>()
    const keyOf = (number: number) => String(number).padStart(5, '0')
    for (let step = 0; step < 30_000; step += 1) {
      const key = keyOf(next(keys))
      const value = next(3) === 0 ? null : `value ${step}`
      state.apply(
        [{ store: 'store', changes: [{ key: bytes(key), value: value === null ? null : bytes(value) }] }],
        step,
      )
      if (value === null) oracle.delete(key)
      else oracle.set(key, value)
      const asked = keyOf(next(keys))
      const found = table.get(bytes(asked))
      expect(found && text(found)).toBe(oracle.get(asked))
      if (step % 500 !== 0) continue
      const from = keyOf(next(keys))
      const expected = [...oracle].filter(([each]) => each >= from).sort(([one], [other]) => (one < other ? -1 : 1))
      const inRange = table.range(bytes(from), bytes('99999~'), 50).map(([at, held]) => [text(at), text(held)])
      expect(inRange).toEqual(expected.slice(0, 50))
    }
  })

  it('is empty again after it was cleared, and has no checkpoint', () => {
    const state = new MemoryState()
    state.apply([{ store: 'store', changes: [{ key: bytes('a'), value: bytes('1') }] }], 7)
    state.clear()
    expect(state.checkpoint).toBeNull()
    expect(state.table('store').get(bytes('a'))).toBeUndefined()
  })
})
