import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bytes, newTopic, outgoing, partitionOf, readAll, text, valuesOf } from '../../tests/support/backends.js'
import { type EmbeddedPlace, embeddedPlace } from '../../tests/support/embedded-place.js'
import { offset } from '../engine/topic.js'
import type { EmbeddedBackend } from './backend.js'

let place: EmbeddedPlace
let backend: EmbeddedBackend

beforeEach(async () => {
  place = await embeddedPlace()
  backend = await place.open()
})

afterEach(() => place.remove())

describe('redaction', () => {
  it('leaves a tombstone with its key and time where a value stood, and everything else', async () => {
    const { name } = await backend.log.createTopic(newTopic(), 1)
    const headers = { why: bytes('told') }
    await backend.log.append([
      outgoing(name, 'first', { key: bytes('ana') }),
      outgoing(name, 'second', { key: bytes('eva'), headers }),
      outgoing(name, 'third', { key: null }),
      outgoing(name, 'fourth', { key: bytes('ana'), timestamp: 5 }),
    ])
    const before = await readAll(backend.log, partitionOf(name))
    expect(await backend.redact(partitionOf(name), offset(4), new Set(['ana', 'nobody']))).toBe(2)
    const after = await readAll(backend.log, partitionOf(name))
    expect(after).toEqual(before.map((record) => (text(record.key) === 'ana' ? { ...record, value: null } : record)))
    expect(await backend.redact(partitionOf(name), offset(4), new Set(['ana']))).toBe(0)
  })

  it('does not touch what stands at the offset or after it', async () => {
    const { name } = await backend.log.createTopic(newTopic(), 1)
    const of = (value: string) => outgoing(name, value, { key: bytes('ana') })
    await backend.log.append([of('a'), of('b'), of('c')])
    await backend.log.append([of('d')])
    await backend.redact(partitionOf(name), offset(2), new Set(['ana']))
    expect(await valuesOf(backend.log, partitionOf(name))).toEqual([null, null, 'c', 'd'])
  })

  it('is seen by whoever was reading in the middle of a batch, and after a restart', async () => {
    const { name } = await backend.log.createTopic(newTopic(), 1)
    await backend.log.append(['a', 'b', 'c'].map((value) => outgoing(name, value, { key: bytes(value) })))
    await backend.log.fetch([{ at: partitionOf(name), from: offset(0) }], { records: 1, bytes: 100 })
    await backend.redact(partitionOf(name), offset(3), new Set(['b']))
    const [next] = await backend.log.fetch([{ at: partitionOf(name), from: offset(1) }], { records: 5, bytes: 100 })
    expect(next?.records.map(({ value }) => text(value))).toEqual([null, 'c'])
    await place.closeAll()
    const again = await place.open()
    expect(await valuesOf(again.log, partitionOf(name))).toEqual(['a', null, 'c'])
  })

  it('keeps the count of bytes, whatever is redacted from however many batches', async () => {
    const key = fc.constantFrom('a', 'b', 'c')
    const batches = fc.array(fc.array(key, { minLength: 1, maxLength: 5 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(batches, key, fc.nat(80), async (written, redacted, before) => {
        const { name } = await backend.log.createTopic(newTopic({ retention: { time: null, bytes: 1 } }), 1)
        for (const keys of written) {
          await backend.log.append(keys.map((one) => outgoing(name, `text of ${one}`, { key: bytes(one) })))
        }
        const keys = written.flat()
        const until = Math.min(before, keys.length)
        const removed = await backend.redact(partitionOf(name), offset(until), new Set([redacted]))
        expect(removed).toBe(keys.slice(0, until).filter((one) => one === redacted).length)
        const expected = keys.map((one, at) => (one === redacted && at < until ? null : `text of ${one}`))
        expect(await valuesOf(backend.log, partitionOf(name))).toEqual(expected)
        await backend.maintain(0)
        expect((await valuesOf(backend.log, partitionOf(name))).length).toBe(written.at(-1)?.length ?? 0)
      }),
      { numRuns: 20 },
    )
  })
})
