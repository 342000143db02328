import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ByteTable } from './byte-table.js'
import { longestTableKey, type Place, type StateTable, type StateWrites } from './state-table.js'
import { WriteBehindStore } from './write-behind-store.js'

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1'))

/** A table in memory: its keys are bytes as Latin-1 texts. */
class MemoryTable implements StateTable {
  readonly entries = new Map<string, Uint8Array>()
  readonly segments = new Map<number, Uint8Array>()

  get(key: Uint8Array): Uint8Array | undefined {
    return this.entries.get(Buffer.from(key).toString('latin1'))
  }

  range(from: Uint8Array, to: Uint8Array, limit: number): readonly (readonly [Uint8Array, Uint8Array])[] {
    return [...this.entries]
      .map(([key, value]) => [Buffer.from(key, 'latin1'), value] as const)
      .filter(([key]) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0)
      .sort(([one], [other]) => Buffer.compare(one, other))
      .slice(0, limit)
  }

  journal(): readonly Uint8Array[] {
    return [...this.segments].sort(([one], [other]) => one - other).map(([, bytes]) => bytes)
  }

  write({ entries, endedSegments, segment }: StateWrites): void {
    for (const { key, value } of entries) {
      expect(key.length).toBeLessThanOrEqual(longestTableKey)
      const text = Buffer.from(key).toString('latin1')
      if (value === null) this.entries.delete(text)
      else this.entries.set(text, value.slice())
    }
    for (let number = 0; number < endedSegments; number++) this.segments.delete(number)
    if (segment !== null) this.segments.set(segment.number, segment.bytes.slice())
  }
}

/** One that is asked where the bytes lie. */
class ByteTableTable extends MemoryTable {
  readonly #bytes = new ByteTable()

  readonly find = (key: Uint8Array, length: number, hash?: number): Place | null =>
    this.#bytes.find(key, length, hash) ? this.#bytes : null

  override write(writes: StateWrites): void {
    super.write(writes)
    for (const { key, value } of writes.entries)
      if (value === null) this.#bytes.delete(key.slice())
      else this.#bytes.put(key, value)
  }
}

const limits = { bytes: 120, young: 60, segments: 4 }

function commit(store: WriteBehindStore<unknown>, table: MemoryTable): StateWrites {
  const writes = store.writes()
  table.write(writes)
  store.committed()
  return writes
}

const long = 'l'.repeat(longestTableKey)
const anyKey = fc.constantFrom('', 'a', 'b', 'c', 'ä', '\uffff', `${long}1`, `${long}2`)
const anyCommand = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key: anyKey, value: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: anyKey }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('range' as const) }) },
)

describe('a store whose commits go to a journal first', () => {
  it('answers as a map would, wherever its entries are', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 120 }), fc.constantFrom(0, 2, 100, null), (commands, cached) => {
        const table = cached === null ? new ByteTableTable() : new MemoryTable()
        const open = () => new WriteBehindStore<unknown>(table, cached ?? 0, limits)
        let store = open()
        let committed = new Map<string, string>()
        let now = new Map<string, string>()
        for (const command of commands) {
          const all = store.under('')
          for (const key of ['', 'a', 'b', 'ä', '\uffff', `${long}1`]) expect(all.get(key)).toBe(now.get(key))
          if (command.kind === 'put') {
            store.put(command.key, command.value)
            now.set(command.key, command.value)
            expect(store.get(command.key)).toBe(command.value)
          } else if (command.kind === 'delete') {
            store.delete(command.key)
            now.delete(command.key)
            expect(store.get(command.key)).toBeUndefined()
          } else if (command.kind === 'commit') {
            commit(store, table)
            committed = new Map(now)
            for (const key of ['a', 'b', `${long}1`]) expect(store.get(key)).toBe(now.get(key))
            const rest = store.under(long.slice(0, -1))
            for (const key of ['l', 'l1', 'l2']) expect(rest.get(key)).toBe(now.get(long.slice(0, -1) + key))
          } else {
            if (command.kind === 'restart') {
              store = open()
              now = new Map(committed)
            }
            expect([...store.range('', '\uffff\uffff')]).toEqual(
              [...now].sort(([one], [other]) => (one < other ? -1 : 1)),
            )
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never tells the table of an entry that is gone before the journal is renewed twice', () => {
    const table = new MemoryTable()
    const store = new WriteBehindStore<unknown>(table, 0, limits)
    let renewals = 0
    for (let number = 0; number < 100; number++) {
      store.put(`window ${number}`, 'open')
      if (number > 0) store.delete(`window ${number - 1}`)
      const { entries, endedSegments } = commit(store, table)
      if (endedSegments > 0) renewals += 1
      expect(entries).toEqual([])
    }
    expect(renewals).toBeGreaterThan(10)
  })

  it('writes nothing for an entry that came and went between two commits', () => {
    const table = new MemoryTable()
    const store = new WriteBehindStore<unknown>(table, 0, limits)
    store.put('key', 1)
    store.delete('key')
    expect(commit(store, table)).toEqual({ entries: [], endedSegments: 0, segment: null })
  })

  it('keeps its journal short however many commits come, and hands what stays over in the order of its keys', () => {
    const table = new MemoryTable()
    const store = new WriteBehindStore<unknown>(table, 0, limits)
    for (let number = 0; number < 500; number++) {
      store.put(`key ${(number * 7919) % 500}`, number)
      const handed = commit(store, table).entries.map(({ key }) => Buffer.from(key).toString('latin1'))
      expect(handed).toEqual([...handed].sort(byBytes))
      const bytes = [...table.segments.values()].reduce((sum, segment) => sum + segment.length, 0)
      expect(bytes).toBeLessThanOrEqual(limits.bytes + 3 * limits.young)
      expect(table.segments.size).toBeLessThanOrEqual(limits.segments)
    }
    expect(table.entries.size).toBeGreaterThan(480)
  })
})
