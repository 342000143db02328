import { FetchedPartition } from '../engine/fetched-partition.js'
import { type Fetched, type FetchLimit, OffsetOutOfRange } from '../engine/ports/log.js'
import { type Offset, offset, partitionId, type TopicPartition } from '../engine/topic.js'
import { RecordSet } from './batches/record-set.js'
import type { RecordSlice } from './batches/record-slice.js'
import type { KafkaClient } from './client.js'
import type { Ends } from './ends.js'
import { brokerError, errorCodes } from './errors.js'
import type { Gaps } from './gaps.js'
import { Leftovers } from './leftovers.js'
import { Looks } from './looks.js'
import type { Topics } from './topics.js'
import { type FetchedPartition as Answer, fetchProtocol } from './wire/fetch.js'

/** Bytes asked for of one partition at a time. */
const fewestBytes = 64 * 2 ** 10
const mostBytes = 4 * 2 ** 20
/** So few offsets before the end may be markers of transactions alone: looked at before it is said that there is more. */
const fewOffsets = 16

/** One partition while a fetch goes on. */
interface Reading {
  readonly at: TopicPartition
  readonly from: Offset
  readonly slices: RecordSlice[]
  records: number
  bytes: number
  set: RecordSet
  /** Up to here the partition could be read at the latest request of this fetch; undefined: none was made yet. */
  stableEnd: number | undefined
}

/**
 * Reads partitions at explicit positions: one request to each leader for all of them. What a request gave beyond the
 * limit is kept for the next fetch from there.
 *
 * A broker reads the partitions of a request one after the other, so that one request is no consistent look. It is
 * repeated, from where it ended, until it finds nothing more in any partition that has not reached its limit: then
 * whatever was written before a record that was found has been found too.
 */
export class Reader {
  readonly #client: KafkaClient
  readonly #topics: Topics
  readonly #ends: Ends
  readonly #gaps: Gaps
  readonly #leftovers = new Leftovers()
  readonly #looks = new Looks()

  constructor(parts: { client: KafkaClient; topics: Topics; ends: Ends; gaps: Gaps }) {
    this.#client = parts.client
    this.#topics = parts.topics
    this.#ends = parts.ends
    this.#gaps = parts.gaps
  }

  async fetch(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): Promise<readonly Fetched[]> {
    const readings = await this.#read(positions, limit)
    return readings.map(({ at, slices, set, stableEnd }) => {
      const atEnd = set.isEmpty && stableEnd !== undefined && set.next >= stableEnd
      return new FetchedPartition(at, slices, offset(set.next), atEnd)
    })
  }

  async #read(
    positions: readonly { readonly at: TopicPartition; readonly from: Offset }[],
    limit: FetchLimit,
  ): Promise<readonly Reading[]> {
    const readings = positions.map(({ at, from }) => this.#begin(at, from))
    for (const reading of readings) take(reading, limit)
    while (!this.#restOfLook(readings, limit)) {
      const asked = readings.filter((reading) => wantsMore(reading, limit))
      if (asked.length === 0) break
      const moved = await this.#round(asked, limit)
      if (!moved || (readings.length === 1 && !readings.some(isBeforeMarkers))) break
    }
    for (const reading of readings) this.#end(reading)
    this.#looks.keep(readings)
    return readings
  }

  /**
   * Whether all of it is what the last look at these partitions gave beyond its limit, beside partitions which that look
   * had read to their ends: whatever was written before these records was found then.
   */
  #restOfLook(readings: readonly Reading[], limit: FetchLimit): boolean {
    const ends = this.#looks.take(readings)
    if (ends === undefined) return false
    const isSettled = ({ set, records }: Reading, index: number) =>
      records === 0 && set.isEmpty && ends[index] !== undefined
    const holdsMore = (reading: Reading) => isFull(reading, limit) && !reading.set.isEmpty
    if (!readings.some(holdsMore) || !readings.every((each, index) => holdsMore(each) || isSettled(each, index)))
      return false
    for (const [index, reading] of readings.entries()) reading.stableEnd = ends[index]
    return true
  }

  #begin(at: TopicPartition, from: Offset): Reading {
    const set = this.#leftovers.take(at, from) ?? new RecordSet(at, from, Buffer.alloc(0), [])
    return { at, from, slices: [], records: 0, bytes: 0, set, stableEnd: undefined }
  }

  #end({ at, from, slices, set }: Reading): void {
    const last = slices.at(-1)
    const after = last === undefined ? from : last.offset(last.length - 1) + 1
    if (set.next > after) this.#gaps.learn(at, after, set.next)
    if (!set.isEmpty) this.#leftovers.keep(at, set)
  }

  /** Asks once for all these partitions; gives whether any of them had something new. */
  async #round(readings: readonly Reading[], limit: FetchLimit): Promise<boolean> {
    const fetched = await this.#client.retrying(`reading ${partitionId((readings[0] as Reading).at)}`, () =>
      this.#ask(readings, limit),
    )
    let moved = false
    for (const reading of readings) {
      const found = fetched.get(partitionId(reading.at))
      if (found === undefined) throw new Error(`the broker said nothing of ${partitionId(reading.at)}`)
      const before = reading.set.next
      reading.set = new RecordSet(reading.at, before, found.batches, found.aborted)
      reading.stableEnd = found.stableEnd
      take(reading, limit)
      if (reading.set.next > before || !reading.set.isEmpty) moved = true
    }
    return moved
  }

  async #ask(readings: readonly Reading[], limit: FetchLimit): Promise<Map<string, Answer>> {
    const { names } = this.#topics
    const nodes = await this.#topics.byLeader(readings)
    const maxBytesOfPartition = Math.min(mostBytes, Math.max(fewestBytes, limit.bytes))
    const fetched = new Map<string, Answer>()
    await Promise.all(
      [...nodes].map(async ([node, places]) => {
        const positions = places.map(({ at, set }) => ({ ...at, topic: names.topic(at.topic), from: set.next }))
        const maxBytes = maxBytesOfPartition * positions.length
        const { errorCode, partitions } = await this.#client.send(
          await this.#client.broker(node),
          fetchProtocol({ positions, maxWait: 0, maxBytes, maxBytesOfPartition }),
        )
        if (errorCode !== errorCodes.none) throw brokerError(errorCode)
        for (const found of partitions) fetched.set(`${names.topicOf(found.topic)}-${found.partition}`, found)
      }),
    )
    for (const reading of readings) {
      const found = fetched.get(partitionId(reading.at))
      if (found === undefined || found.errorCode === errorCodes.none) continue
      if (found.errorCode !== errorCodes.offsetOutOfRange) throw brokerError(found.errorCode)
      throw new OffsetOutOfRange(reading.at, reading.set.next, await this.#ends.bounds(reading.at))
    }
    return fetched
  }
}

const isFull = ({ records, bytes }: Reading, limit: FetchLimit): boolean =>
  records >= limit.records || bytes >= limit.bytes

function take(reading: Reading, limit: FetchLimit): void {
  const left = { records: limit.records - reading.records, bytes: limit.bytes - reading.bytes }
  const { records, bytes } = reading.set.take(reading.slices, left)
  reading.records += records
  reading.bytes += bytes
}

function wantsMore(reading: Reading, limit: FetchLimit): boolean {
  if (!reading.set.isEmpty) return false
  return !isFull(reading, limit) || reading.stableEnd === undefined || isBeforeMarkers(reading)
}

/** Whether what is left of the partition may be markers alone. */
const isBeforeMarkers = ({ set, stableEnd = set.next }: Reading): boolean =>
  set.isEmpty && set.next < stableEnd && stableEnd - set.next <= fewOffsets
