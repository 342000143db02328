import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { open } from 'lmdb'
import { newTopic, outgoing, partitionOf, readAll, valuesOf } from '../../tests/support/backends.js'
import { type EmbeddedPlace, embeddedPlace } from '../../tests/support/embedded-place.js'
import { DamagedEnvironment, NewerFormat, OlderFormat } from './errors.js'
import { encodeNumber, textKey } from './keys.js'
import { readMeta } from './meta-page.js'

let place: EmbeddedPlace
let data: string
const topic = newTopic()

beforeEach(async () => {
  place = await embeddedPlace()
  data = join(place.dir, 'data.mdb')
  const { log } = await place.open()
  await log.createTopic(topic, 1)
  for (let index = 0; index < 20; index++) await log.append([outgoing(topic.name, String(index).padStart(20_000, '0'))])
  await place.closeAll()
})

afterEach(() => place.remove())

const overwrite = (at: number, text: string) => {
  const file = openSync(data, 'r+')
  writeSync(file, text, at)
  closeSync(file)
}

describe('opening an environment', () => {
  it('finds everything that was written, and goes on', async () => {
    const { log } = await place.open()
    await log.append([outgoing(topic.name, '20')])
    expect((await valuesOf(log, partitionOf(topic.name))).map(Number)).toEqual(
      Array.from({ length: 21 }, (_, index) => index),
    )
  })

  it('refuses a folder of a newer format, and names both versions', async () => {
    writeFileSync(join(place.dir, 'FORMAT'), '7\n')
    await expect(place.open()).rejects.toThrow(NewerFormat)
    await expect(place.open()).rejects.toThrow(/format 7.*up to 2/)
  })

  it('refuses a folder of an older format, and names both versions', async () => {
    writeFileSync(join(place.dir, 'FORMAT'), '1\n')
    await expect(place.open()).rejects.toThrow(OlderFormat)
    await expect(place.open()).rejects.toThrow(/format 1.*format 2 alone/)
  })

  it('refuses an environment of a newer format whose folder says otherwise', async () => {
    const binary = { encoding: 'binary', keyEncoding: 'binary', noSubdir: false } as const
    const root = open<Uint8Array, Uint8Array>({ path: place.dir, ...binary })
    await root.openDB<Uint8Array, Uint8Array>('meta', binary).put(textKey('format'), encodeNumber(9))
    await root.close()
    await expect(place.open()).rejects.toThrow(/format 9.*up to 2/)
  })

  const damages: readonly (readonly [string, () => void, RegExp])[] = [
    ['is missing', () => rmSync(data), /is missing/],
    ['is empty', () => truncateSync(data, 0), /only 0 bytes/],
    ['is cut off in its first page', () => truncateSync(data, 100), /only 100 bytes/],
    ['is cut off in the middle', () => truncateSync(data, Math.floor(statSync(data).size / 2)), /cut off/],
    ['begins with garbage', () => overwrite(0, 'x'.repeat(200)), /does not begin as an environment/],
    ['has a garbage second page', () => overwrite(4_096, 'x'.repeat(200)), /second page/],
    ['has a marker of garbage', () => writeFileSync(join(place.dir, 'FORMAT'), '\0\0'), /no format number/],
  ]
  it.each(damages)('refuses a file that %s, and leaves it as it is', async (_, damage, message) => {
    damage()
    const before = statSync(data, { throwIfNoEntry: false })
    const bytes = before && readFileSync(data)
    await expect(place.open()).rejects.toThrow(DamagedEnvironment)
    await expect(place.open()).rejects.toThrow(message)
    expect(statSync(data, { throwIfNoEntry: false })?.size).toBe(before?.size)
    if (bytes !== undefined) expect(Buffer.compare(readFileSync(data), bytes)).toBe(0)
  })

  it('takes a file whose last pages are missing because they are free', async () => {
    const binary = { encoding: 'binary', keyEncoding: 'binary', noSubdir: false, overlappingSync: false } as const
    const root = open<Uint8Array, Uint8Array>({ path: place.dir, ...binary })
    const state = root.openDB<Uint8Array, Uint8Array>('state', binary)
    root.transactionSync(() => {
      void state.put(textKey('a'), new Uint8Array(500_000))
      void state.remove(textKey('a'))
      void state.put(textKey('b'), new Uint8Array(10))
    })
    await root.close()
    const meta = readMeta(data)
    if (typeof meta === 'string') throw new Error(meta)
    expect(meta.size).toBeLessThan(meta.pages * meta.pageSize)
    const { log } = await place.open()
    expect(await readAll(log, partitionOf(topic.name))).toHaveLength(20)
  })

  it('reads everything after the operating system went down before the last flush', async () => {
    const bootIdAt = 160
    for (const page of [0, 4_096]) overwrite(page + bootIdAt, 'another ')
    const { log } = await place.open()
    expect(await readAll(log, partitionOf(topic.name))).toHaveLength(20)
    await place.closeAll()
    rmSync(join(place.dir, 'FLUSHED'))
    const at = readFileSync(data).indexOf('0'.repeat(10_000))
    overwrite(at, 'x')
    for (const page of [0, 4_096]) overwrite(page + bootIdAt, 'another ')
    await expect(place.open()).rejects.toThrow(/power cut.*checksum/)
  })
})

describe('reading an environment', () => {
  it('refuses a batch that was damaged, and names its place', async () => {
    const at = readFileSync(data).indexOf('0'.repeat(10_000))
    overwrite(at, 'x')
    const { log } = await place.open()
    const reading = readAll(log, partitionOf(topic.name))
    await expect(reading).rejects.toThrow(DamagedEnvironment)
    await expect(reading).rejects.toThrow(new RegExp(`offset \\d+ of ${topic.name}-0 .*checksum`))
  })
})

describe('an environment', () => {
  it('outgrows the map that it was opened with', async () => {
    const small = await embeddedPlace({ mapSize: 64 * 1_024 })
    const backends = [await small.open(), await small.open()]
    const { name } = await backends[0]!.log.createTopic(newTopic(), 1)
    for (let index = 0; index < 60; index++)
      await backends[index % 2]!.log.append([outgoing(name, String(index).padStart(200_000, '0'))])
    expect((await valuesOf(backends[1]!.log, partitionOf(name))).map(Number)).toEqual(
      Array.from({ length: 60 }, (_, index) => index),
    )
    await small.remove()
  })
})
