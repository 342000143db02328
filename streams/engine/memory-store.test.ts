import { describe, expect, it } from '@jest/globals'
import { MemoryStore, MemoryStores } from './memory-store.js'

describe('a state store in memory', () => {
  it('gives a range in the order of UTF-16 code units, its start included and its end not', () => {
    const store = new MemoryStore<number>([
      ['b', 2],
      ['\u{1f600}', 5],
      ['a', 1],
      ['ñ', 4],
      ['c', 3],
      ['\uffee', 6],
    ])
    expect([...store.range('b', '\uffff')].map(([key]) => key)).toEqual(['b', 'c', 'ñ', '\u{1f600}', '\uffee'])
    expect([...store.range('a', 'c')]).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it('keeps what was put and not the object itself, which may change later', () => {
    const store = new MemoryStore<{ readonly seen: Set<string>; readonly counts: number[] }>()
    const value = { seen: new Set(['a']), counts: [1] }
    store.put('key', value)
    value.seen.add('b')
    store.get('key')?.counts.push(2)
    expect(store.get('key')).toEqual({ seen: new Set(['a']), counts: [1] })
  })

  it('refuses what no store can write', () => {
    expect(() => new MemoryStore<() => void>().put('key', () => undefined)).toThrow('plain data only')
  })

  it('may be changed while a range is read', () => {
    const store = new MemoryStore<number>([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    const seen: string[] = []
    for (const [key] of store.range('a', 'z')) {
      seen.push(key)
      store.delete('b')
      store.put('d', 4)
    }
    expect(seen).toEqual(['a', 'c'])
  })

  it('opens one store a name, and a copy of all of them goes its own way', () => {
    const stores = new MemoryStores()
    stores.open<number>('counts').put('a', 1)
    const copied = stores.copy()
    stores.open<number>('counts').put('a', 2)
    expect(copied.open<number>('counts').get('a')).toBe(1)
    expect(copied.size).toBe(1)
  })
})
