/** Values of the topics of this benchmark, and their schemas. Names and fields are those of Nexmark, where it has them. */
export interface Bid {
  readonly auction: string
  readonly bidder: number
  readonly price: number
  readonly channel: string
  readonly url: string
}

/** A row of the table that bids are joined with. */
export interface Auction {
  readonly seller: number
  readonly category: string
}

/** Bids of an auction in a window: how many, and the highest. */
export interface HotAuction {
  readonly start: number
  readonly bids: number
  readonly top: readonly { readonly bidder: number; readonly price: number }[]
}

/** A run of bids of an auction without a long pause. */
export interface BidSession {
  readonly start: number
  /** Timestamp of the last bid. */
  readonly last: number
  readonly bids: number
}

export interface EnrichedBid extends Auction {
  readonly bidder: number
  readonly price: number
  readonly channel: string
}

type Fields = Readonly<Record<string, unknown>>

const record = (name: string, fields: Fields): readonly [string, string] => [
  `bench.${name}`,
  JSON.stringify({
    type: 'record',
    name,
    namespace: 'bench',
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  }),
]

const topBid = {
  type: 'record',
  name: 'TopBid',
  fields: [
    { name: 'bidder', type: 'long' },
    { name: 'price', type: 'long' },
  ],
}

/** Texts of the schemas by full name. */
export const schemas: ReadonlyMap<string, string> = new Map([
  record('Bid', { auction: 'string', bidder: 'long', price: 'long', channel: 'string', url: 'string' }),
  record('Auction', { seller: 'long', category: 'string' }),
  record('HotAuction', { start: 'long', bids: 'long', top: { type: 'array', items: topBid } }),
  record('BidSession', { start: 'long', last: 'long', bids: 'long' }),
  record('EnrichedBid', { bidder: 'long', price: 'long', channel: 'string', seller: 'long', category: 'string' }),
])

/** Id of each schema in the framing of the values: its place among them, from 1 on. */
export const schemaId = (name: string): number => [...schemas.keys()].indexOf(name) + 1
