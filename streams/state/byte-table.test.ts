import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { PlacedKeys } from '../engine/store.js'
import { ByteTable } from './byte-table.js'
import { hashOf } from './key-hash.js'
import { keyPrefix } from './stored-entries.js'

const encoder = new TextEncoder()
const anyKey = fc.oneof(
  { weight: 5, arbitrary: fc.nat(40).map((number) => `key-${number}`) },
  { weight: 1, arbitrary: fc.constantFrom('', 'long'.repeat(40)) },
)
/** From none to more than a chunk holds. */
const anyLength = fc.oneof(
  { weight: 8, arbitrary: fc.nat(200) },
  { weight: 3, arbitrary: fc.nat(300_000) },
  { weight: 1, arbitrary: fc.nat(2_500_000) },
)
const anyCommand = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key: anyKey, length: anyLength }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: anyKey }) },
)

const filledWith = (length: number, seed: number) => new Uint8Array(length).fill((seed % 255) + 1)

/** Keys one behind the other, and one that is none. */
function placed(keys: readonly string[]): PlacedKeys {
  const all = keys.map((key) => encoder.encode(key))
  const ends = all.map((_, index) => all.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0))
  return {
    bytes: new Uint8Array(Buffer.concat(all)),
    keyStarts: Int32Array.of(...all.map(({ length }, index) => (ends[index] ?? 0) - length), -1),
    keyEnds: Int32Array.of(...ends, -1),
  }
}

const found = (table: ByteTable, key: string) =>
  table.find(encoder.encode(key)) ? Buffer.from(table.bytes.slice(table.start, table.end)) : undefined

describe('a map from bytes to bytes', () => {
  it('holds what a plain map holds, whatever is put, replaced and deleted', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 200, size: 'max' }), (commands) => {
        const table = new ByteTable()
        const oracle = new Map<string, Buffer>()
        for (const [index, command] of commands.entries()) {
          const key = encoder.encode(command.key)
          if (command.kind === 'delete') expect(table.delete(key)).toBe(oracle.delete(command.key))
          else {
            const value = filledWith(command.length, index)
            table.put(key, value)
            oracle.set(command.key, Buffer.from(value))
          }
          expect(found(table, command.key)?.equals(oracle.get(command.key) ?? Buffer.alloc(0)) ?? false).toBe(
            oracle.has(command.key),
          )
          expect(table.size).toBe(oracle.size)
        }
        const keys = [...oracle.keys(), 'none']
        table.expect(keyPrefix(''), placed(keys), 0, keys.length + 1)
        for (const [key, value] of oracle) expect(found(table, key)?.equals(value)).toBe(true)
        const held = [...table.keys()].map((bytes) => new TextDecoder().decode(bytes))
        expect(held.sort()).toEqual([...oracle.keys()].sort())
      }),
      { numRuns: 60 },
    )
  })

  it('finds keys that it was told to expect where they lie, as long as nothing changes', () => {
    const prefix = keyPrefix('v')
    const anyKeys = fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(anyKeys, fc.nat(39), (keys, missing) => {
        const table = new ByteTable()
        for (const [index, key] of keys.entries())
          if (index !== missing) table.put(encoder.encode(`v${key}`), filledWith(index, index))
        const among = placed(keys)
        const from = Math.max(0, keys.length - 32)
        table.expect(prefix, among, from, keys.length)
        for (let index = 0; index < keys.length; index += 1) {
          const isThere = index >= from && index !== missing
          expect(table.findExpected(prefix, among, index)).toBe(isThere)
          if (!isThere) continue
          const bytes = encoder.encode(`v${keys[index]}`)
          expect(table.hash).toBe(hashOf(bytes, 0, bytes.length))
          expect(table.bytes.slice(table.start, table.end)).toEqual(filledWith(index, index))
        }
        expect(table.findExpected(keyPrefix('v'), among, from)).toBe(false)
        expect(table.findExpected(prefix, placed(keys), from)).toBe(false)
        if (keys[from] !== '') {
          const others = { ...among, bytes: new Uint8Array(among.bytes.length) }
          expect(table.findExpected(prefix, others, from)).toBe(false)
        }
        table.put(encoder.encode('another'), Uint8Array.of(1))
        expect(table.findExpected(prefix, among, from)).toBe(false)
      }),
    )
  })

  it('finds each of many keys, and none that was taken out', () => {
    const table = new ByteTable()
    const keyOf = (number: number) => encoder.encode(`auction-${number}`)
    for (let number = 0; number < 100_000; number += 1) table.put(keyOf(number), Uint8Array.of(number & 0xff))
    for (let number = 0; number < 100_000; number += 3) expect(table.delete(keyOf(number))).toBe(true)
    for (let number = 0; number < 100_000; number += 1) {
      const isThere = table.find(keyOf(number))
      expect(isThere).toBe(number % 3 !== 0)
      if (isThere) expect(table.bytes[table.start]).toBe(number & 0xff)
    }
    expect(table.find(keyOf(100_000))).toBe(false)
  })

  it('wins back the room of what was replaced', () => {
    const table = new ByteTable()
    for (let round = 1; round <= 200; round += 1)
      for (let number = 0; number < 100; number += 1)
        table.put(encoder.encode(`${number}`), new Uint8Array(500 + 40 * round))
    expect(table.size).toBe(100)
    expect(table.bytesHeld).toBeLessThan(4 * 100 * 8_600)
  })

  it('reads a key from the beginning of longer bytes', () => {
    const table = new ByteTable()
    table.put(encoder.encode('key and more'), Uint8Array.of(7), 3)
    expect(found(table, 'key')).toEqual(Buffer.of(7))
    expect(table.find(encoder.encode('keys'), 3)).toBe(true)
    expect(table.find(encoder.encode('keys'))).toBe(false)
  })
})
