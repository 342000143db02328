import { topology } from '../../streams/engine/builder.js'
import { asOf } from '../../streams/engine/builder-joins.js'
import { deadLetter, drop, forward } from '../../streams/engine/outcome.js'
import type { Aggregate } from '../../streams/engine/processor.js'
import { withValue } from '../../streams/engine/record.js'
import { minutes, seconds } from '../../streams/engine/time.js'
import { type Topic, topic } from '../../streams/engine/topic.js'
import { type Decoder, finalOnly, type Topology } from '../../streams/engine/topology.js'
import { hopping, session } from '../../streams/engine/window.js'
import type { Auction, Bid, BidSession, EnrichedBid, HotAuction } from './values.js'

export const jobNames = ['hot-auctions', 'bid-sessions', 'enriched-bids'] as const
export type JobName = (typeof jobNames)[number]

export interface JobTopics {
  readonly bids: Topic<Bid>
  readonly auctions: Topic<Auction>
}

export const inputTopics: JobTopics = {
  bids: topic<Bid>('bench-bids', 'bench.Bid'),
  auctions: topic<Auction>('bench-auctions', 'bench.Auction'),
}

/** Schemas of what the jobs give. */
export const outputSchemas = {
  'hot-auctions': 'bench.HotAuction',
  'bid-sessions': 'bench.BidSession',
  'enriched-bids': 'bench.EnrichedBid',
} as const satisfies Record<JobName, string>

const grace = seconds(30)
const mostTop = 3

const bid: Decoder<Bid> = {
  name: 'bid',
  decode: (value, record) => (value === null ? drop('null-value') : forward(withValue(record, value as Bid))),
}

type TopBid = { bidder: number; price: number }
type Bids = { count: number; top: TopBid[] }

/** The highest price first; of equal ones the bidder with the lower number. */
function rank(top: TopBid[], bidder: number, price: number): void {
  let at = top.length
  for (; at > 0; at -= 1) {
    const before = top[at - 1] as TopBid
    if (before.price > price || (before.price === price && before.bidder <= bidder)) break
  }
  if (at === mostTop) return
  if (top.length === mostTop) top.pop()
  top.splice(at, 0, { bidder, price })
}

const hottest: Aggregate<Bid, Bids, HotAuction> = {
  name: 'hottest',
  initial: () => ({ count: 0, top: [] }),
  add: (bids, { bidder, price }) => {
    bids.count += 1
    rank(bids.top, bidder, price)
    return bids
  },
  merge: (into, other) => {
    into.count += other.count
    for (const { bidder, price } of other.top) rank(into.top, bidder, price)
    return into
  },
  result: ({ count, top }, { window }) => ({ start: window.start, bids: count, top }),
}

const counted: Aggregate<Bid, { bids: number }, BidSession> = {
  name: 'counted',
  initial: () => ({ bids: 0 }),
  add: (sum) => {
    sum.bids += 1
    return sum
  },
  merge: (into, other) => {
    into.bids += other.bids
    return into
  },
  result: ({ bids }, { window }) => ({ start: window.start, last: window.end - 1, bids }),
}

// biome-ignore format: a literal without spreading, which costs more than the rest of the join
const enriched = ({ bidder, price, channel }: Bid, { seller, category }: Auction): EnrichedBid =>
  ({ bidder, price, channel, seller, category })

/**
 * The jobs, as bench/kafka-streams/java/Jobs.java has them: a hopping window with a count and the highest bids of each
 * auction (the shape of Nexmark's query 5), sessions (query 11), and a join of a stream with a table.
 * @param name of the topology, which begins the names of its consumer groups
 */
export function jobOf(job: JobName, name: string, output: Topic<unknown>): Topology {
  const { bids, auctions } = inputTopics
  const read = topology(name).from(bids).decode(bid, { otherwise: deadLetter })
  switch (job) {
    case 'hot-auctions':
      return read
        .groupByKey()
        .window(hopping({ size: minutes(10), advance: minutes(1), grace }))
        .aggregate(hottest, { updates: finalOnly })
        .to(output as Topic<HotAuction>)
    case 'bid-sessions':
      return read
        .groupByKey()
        .window(session({ gap: seconds(20), grace }))
        .aggregate(counted, { updates: finalOnly })
        .to(output as Topic<BidSession>)
    case 'enriched-bids':
      return read.join(auctions, asOf({ history: minutes(1) }), enriched).to(output as Topic<EnrichedBid>)
  }
}
