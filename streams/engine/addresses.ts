import { partitionFor } from './partitioner.js'
import type { PlacedKeys } from './store.js'
import type { Partition } from './topic.js'
import { encodeUtf8, writeAscii } from './utf8.js'

/** As many are tried before it is told whether keys come again. */
const fewAddresses = 500
const mostAddresses = 8_000

export interface Address {
  /** `length` bytes of it are the key's, from `start` on. */
  readonly key: Uint8Array | null
  readonly start: number
  readonly length: number
  readonly partition: Partition
}

/** Bytes of the keys that are written without an object for each. */
const shortKey = 64

/** Bytes and partitions of the keys that were written lately, as long as they come again. */
export class Addresses {
  readonly #known = new Map<string, Address>()
  #found = 0
  #room = fewAddresses
  /** What a key that does not come again is written into: what is made for each of them costs more than the rest. */
  readonly #scratch = new Uint8Array(shortKey)
  readonly #passing = { key: this.#scratch, start: 0, length: 0, partition: 0 as Partition }
  readonly #placed = { key: this.#scratch as Uint8Array, start: 0, length: 0, partition: 0 as Partition }

  constructor(private readonly partitions: number) {}

  /** Good until the next one is asked for. */
  of(text: string): Address {
    const known = this.#room === 0 ? undefined : this.#known.get(text)
    if (known !== undefined) {
      this.#found += 1
      return known
    }
    if (this.#room === 0) {
      const length = writeAscii(text, this.#scratch)
      if (length >= 0) {
        this.#passing.length = length
        this.#passing.partition = partitionFor(this.#scratch, this.partitions, length) as Partition
        return this.#passing
      }
    }
    const key = encodeUtf8(text)
    const address = { key, start: 0, length: key.length, partition: partitionFor(key, this.partitions) as Partition }
    if (this.#room > 0) this.#remember(text, address)
    return address
  }

  /** Of a key that lies among others: neither looked for nor kept. Good until the next one is asked for. */
  at({ bytes, keyStarts, keyEnds }: PlacedKeys, index: number): Address {
    const start = keyStarts[index] as number
    const length = (keyEnds[index] as number) - start
    this.#placed.key = bytes
    this.#placed.start = start
    this.#placed.length = length
    this.#placed.partition = partitionFor(bytes, this.partitions, length, start) as Partition
    return this.#placed
  }

  #remember(text: string, address: Address): void {
    this.#known.set(text, address)
    if (this.#known.size < this.#room) return
    // Keys that are all different, as those of posts, are not worth it: what is kept for nothing is copied by every
    // collection of garbage.
    if (this.#found < this.#room) this.#room = 0
    else if (this.#room < mostAddresses) {
      this.#room = mostAddresses
      return
    }
    this.#found = 0
    this.#known.clear()
  }
}
