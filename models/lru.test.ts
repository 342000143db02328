import { describe, expect, it } from '@jest/globals'
import { Lru } from './lru.js'

describe('cache of scores', () => {
  it('forgets what was used least recently', () => {
    const cache = new Lru<number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    cache.get('a')
    cache.set('c', 3)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
    expect(cache.size).toBe(2)
  })

  it('keeps nothing at capacity 0', () => {
    const cache = new Lru<number>(0)
    cache.set('a', 1)
    expect(cache.get('a')).toBeUndefined()
  })
})
