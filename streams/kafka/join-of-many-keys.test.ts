import { describe, expect, it } from '@jest/globals'
import { outgoingBatches } from '../../tests/support/backends.js'
import { topology } from '../engine/builder.js'
import { asOf } from '../engine/builder-joins.js'
import { recordsOf } from '../engine/outgoing-records.js'
import { partitionFor } from '../engine/partitioner.js'
import { plan } from '../engine/plan.js'
import { noHeaders } from '../engine/record.js'
import type { Serde, Serdes } from '../engine/serde.js'
import { createTask } from '../engine/task.js'
import { partition, topic } from '../engine/topic.js'
import { decodeUtf8, encodeUtf8 } from '../engine/utf8.js'
import { WriteBehindStore } from '../state/write-behind-store.js'
import { encodeBatches } from './batches/encode.js'
import { RecordSet } from './batches/record-set.js'
import type { RecordSlice } from './batches/record-slice.js'
import { MemoryState } from './memory-state.js'

interface Given {
  readonly key: string
  readonly value: string
  readonly timestamp: number
}

const rows = topic<string>('rows', 'internal')
const asks = topic<string>('asks', 'internal')
const answers = topic<string>('answers', 'internal')
const letters = topic<unknown>('letters', 'internal')
const partitions = 3
const keys = 60_000
const asked = 42_000
const rowsPerUpdate = 50
const askedAtOnce = 700
const asksPerCommit = 7_000

const texts: Serde<string> = { encode: encodeUtf8, decode: decodeUtf8 }
const serdes: Serdes = { forTopic: <Value>() => texts as Serde<unknown> as Serde<Value> }

/** Some have characters that UTF-8 and keys of state write in other ways; some begin as others do. */
const keyOf = (number: number) => `${['row-', 'v', '', '\u{1f600}', 'é'][number % 5]}${number}`

/** What a fetch gives of the records. */
function fetchedOf(from: typeof rows, records: readonly Given[], before: number): RecordSlice[] {
  const outgoing = records.map(({ key, value, timestamp }) => ({
    ...{ topic: from.name, partition: partition(0), headers: noHeaders, timestamp },
    ...{ key: encodeUtf8(key), value: encodeUtf8(value) },
  }))
  const bytes = encodeBatches(outgoingBatches(...outgoing), {
    ...{ producerId: 1, producerEpoch: 0, sequence: 0, transactional: false },
  })
  bytes.writeBigInt64BE(BigInt(before), 0)
  const slices: RecordSlice[] = []
  new RecordSet({ topic: from.name, partition: partition(0) }, before, bytes, []).take(slices, {
    records: records.length,
    bytes: 1e9,
  })
  return slices
}

describe('a join of many keys', () => {
  it('meets the row as it was at each moment, and writes under the key that came, while rows change and commits go on', () => {
    const source = topology('many').from(asks)
    const joined = source.leftJoin(rows, asOf({ history: 1_000 }), (ask, row) => `${ask} ${row}`)
    const [stage] = plan(joined.to(answers))
    if (stage === undefined) throw new Error('the topology has a stage')
    const state = new MemoryState()
    const stores = new Map<string, WriteBehindStore<unknown>>()
    const task = createTask(stage, partition(0), {
      serdes,
      openStore: <Value>(name: string) => {
        const store = stores.get(name) ?? new WriteBehindStore<unknown>(state.table(name), 1_000)
        stores.set(name, store)
        return store as WriteBehindStore<Value>
      },
      partitionsOf: (name) => (name === answers.name ? partitions : 1),
      lateTopic: letters,
      deadLetterTopic: letters,
      settings: {
        ...{ idleAfter: null, bufferedRecords: 20_000, maxValueBytes: 1_000 },
        timestamps: { from: 0, aheadOfClock: 1e15 },
      },
    })
    const latest = new Map<string, string>()
    const expected: string[] = []
    const given: string[] = []
    const changed: Given[] = []
    const change = (number: number, timestamp: number) => {
      const row = { key: keyOf(number), value: `${number} at ${timestamp}`, timestamp }
      changed.push(row)
      latest.set(row.key, row.value)
    }
    for (let number = 0; number < keys; number += 2) change(number, 1)
    let number = 1
    let rowsBefore = 0
    const now = 1_000_000
    const commit = () => {
      for (const { topic: to, partition: at, key, value } of task.flush(now).outputs.flatMap(recordsOf))
        given.push(`${to}-${at} ${key && decodeUtf8(key)}: ${value && decodeUtf8(value)}`)
      for (const [name, store] of stores) {
        for (const entry of store.writes().entries) state.table(name).put(entry.key, entry.value)
        store.committed()
      }
    }
    for (let before = 0; before < asked; before += askedAtOnce) {
      const asking: Given[] = []
      for (let index = before; index < Math.min(asked, before + askedAtOnce); index += 1) {
        const timestamp = 10 + index
        number = (number * 48_271) % 0x7fffffff
        if (index % rowsPerUpdate === 0) change(number % keys, timestamp)
        // Now and then the one that has just changed.
        const key = keyOf((index % 7 === 0 ? number : number * 3 + 1) % keys)
        asking.push({ key, value: `${index}`, timestamp })
        const to = `${answers.name}-${partitionFor(encodeUtf8(key), partitions)}`
        expected.push(`${to} ${key}: ${index} ${latest.get(key) ?? null}`)
      }
      const fetched = [
        {
          at: { topic: rows.name, partition: partition(0) },
          batches: fetchedOf(rows, changed, rowsBefore),
          atEnd: true,
        },
        { at: { topic: asks.name, partition: partition(0) }, batches: fetchedOf(asks, asking, before), atEnd: true },
      ]
      rowsBefore += changed.length
      changed.length = 0
      expect(task.run({ fetched, now }).next().done).toBe(true)
      if (before % asksPerCommit === 0) commit()
    }
    commit()
    // Answers of a partition are in order, and those of a key are in one.
    expect(given.sort()).toEqual(expected.sort())
  })
})
