import type { OutgoingRecord } from '../../streams/engine/ports/log.js'
import { noHeaders } from '../../streams/engine/record.js'
import type { Serde } from '../../streams/engine/serde.js'
import { hours, seconds } from '../../streams/engine/time.js'
import { partition } from '../../streams/engine/topic.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { inputTopics } from './jobs.js'
import type { Auction, Bid } from './values.js'

export interface InputSize {
  readonly bids: number
  readonly keys: number
}

const start = Date.UTC(2026, 0, 1)
/** Milliseconds of event time between two bids of all auctions together, with so many auctions as this. */
const apart = { milliseconds: 10, keys: 1_000 } as const
const bidsPerUpdate = 200
/** What the bids that close windows give is no result of a job. */
export const closingKey = 'closing'
const channels = ['Google', 'Facebook', 'Baidu', 'Apple'] as const
const categories = ['food', 'travel', 'books', 'music', 'garden'] as const

/** Numbers that look random and are the same each time: a multiplicative congruential generator (Park and Miller, 1988). */
export class Numbers {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to `below` - 1. */
  next(below: number): number {
    this.#state = (this.#state * 48_271) % 0x7fffffff
    return this.#state % below
  }
}

/** Some bid; each auction as often as another. */
export function someBid(numbers: Numbers, keys: number): Bid {
  const auction = `auction-${numbers.next(keys)}`
  const channel = channels[numbers.next(channels.length)] ?? ''
  const bidder = numbers.next(100_000)
  const price = 1 + numbers.next(1_000_000)
  const url = `https://www.nexmark.com/${channel.toLowerCase()}/item.htm?query=1&channel_id=${numbers.next(1_000_000)}`
  return { auction, bidder, price, channel, url }
}

/** Bids in the order of time. With more auctions the same time holds more bids. */
export function* bids({ bids: count, keys }: InputSize, serde: Serde<Bid>): Generator<OutgoingRecord> {
  const numbers = new Numbers(42)
  for (let index = 0; index < count; index += 1) {
    const bid = someBid(numbers, keys)
    const [key, value] = [encodeUtf8(bid.auction), serde.encode(bid)]
    yield { ...place(inputTopics.bids), key, value, timestamp: timeOf(index, keys) }
  }
}

/** Every auction once before the first bid, then a change of one for every 200 bids, in between two of them. */
export function* auctions({ bids: count, keys }: InputSize, serde: Serde<Auction>): Generator<OutgoingRecord> {
  const numbers = new Numbers(7)
  const row = (auction: number, timestamp: number): OutgoingRecord => {
    const category = categories[numbers.next(categories.length)] ?? ''
    const value = serde.encode({ seller: numbers.next(10_000), category })
    return { ...place(inputTopics.auctions), key: encodeUtf8(`auction-${auction}`), value, timestamp }
  }
  for (let auction = 0; auction < keys; auction += 1) yield row(auction, start - hours(1))
  for (let index = bidsPerUpdate; index < count; index += bidsPerUpdate)
    yield row(numbers.next(keys), timeOf(index, keys) - 1)
}

/**
 * One bid for each partition, so late that every window before it closes. Its own stays open until the next ones come.
 * @param round 1 for the first ones, then one more each time
 */
export function closers(
  { bids: count, keys }: InputSize,
  partitions: number,
  round: number,
  serde: Serde<Bid>,
): OutgoingRecord[] {
  // Those of earlier runs are still there. Together they must not reach further than Kafka Streams retains windows: it
  // reads them at once, and would forget what it has not given yet.
  const timestamp = timeOf(count, keys) + hours(2) + seconds(round)
  const value = serde.encode({ auction: closingKey, bidder: 0, price: 0, channel: '', url: '' })
  return Array.from({ length: partitions }, (_, index) => ({
    ...{ ...place(inputTopics.bids), partition: partition(index) },
    ...{ key: encodeUtf8(closingKey), value, timestamp },
  }))
}

const timeOf = (index: number, keys: number): number =>
  start + Math.floor((index * apart.milliseconds * apart.keys) / keys)
const place = ({ name }: { readonly name: OutgoingRecord['topic'] }) => ({ topic: name, headers: noHeaders })
