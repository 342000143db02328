import { describe, expect, it } from '@jest/globals'
import { KeyedState } from './keyed-state.js'
import { MemoryStore } from './memory-store.js'

class CountingStore extends MemoryStore<unknown> {
  reads = 0

  override get(key: string): unknown {
    this.reads += 1
    return super.get(key)
  }
}

/** Whole numbers below the bound that look random (Park and Miller, 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 0x7fffffff
    return state % below
  }
}

describe('state by key', () => {
  it.each([50, 5_000])('is what was put last and has not expired, of %d keys in 30,000 steps', (keys) => {
    const state = new KeyedState<number>(new MemoryStore<unknown>(), 10)
    const oracle = new Map<string, { value: number; expiresAt: number | null }>()
    const next = numbers(7)
    for (let time = 0; time < 30_000; time += 1) {
      const key = `key-${next(keys)}`
      const held = oracle.get(key)
      const expected = held !== undefined && (held.expiresAt ?? time + 1) > time ? held : undefined
      expect(state.get(key, time)).toBe(expected?.value)
      const step = next(10)
      if (step < 3) {
        const expiresAt = step === 0 ? null : time + next(3_000)
        state.put(key, time, expiresAt)
        oracle.set(key, { value: time, expiresAt })
      } else if (step === 3) {
        state.delete(key)
        oracle.delete(key)
      }
      if (next(400) === 0) state.flush(time)
    }
  })

  it('is kept in memory where keys come again, and is not where they do not', () => {
    const readsOf = (keys: number) => {
      const store = new CountingStore()
      const state = new KeyedState<number>(store, 100)
      for (let number = 0; number < 50_000; number += 1) {
        if (number === 40_000) store.reads = 0
        state.get(`key-${number % keys}`, 0)
        if (number % 500 === 0) state.flush(null)
      }
      return store.reads
    }
    expect(readsOf(90)).toBe(0)
    expect(readsOf(40_000)).toBe(10_000)
  })

  it('is kept again once keys come again', () => {
    const store = new CountingStore()
    const state = new KeyedState<number>(store, 100)
    const read = (number: number, keys: number) => {
      state.get(`key-${number % keys}`, 0)
      if (number % 500 === 0) state.flush(null)
    }
    for (let number = 0; number < 20_000; number += 1) read(number, 20_000)
    for (let number = 0; number < 40_000; number += 1) read(number, 90)
    store.reads = 0
    for (let number = 0; number < 10_000; number += 1) read(number, 90)
    expect(store.reads).toBe(0)
  })
})
