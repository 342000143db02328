/** Reads the primitive types of Kafka's protocol one behind the other. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4))
  }

  /** @throws RangeError when a number would not hold it exactly */
  int64(): number {
    const at = this.#skip(8)
    const value = this.#bytes.readInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4)
    if (!Number.isSafeInteger(value)) throw new RangeError(`an integer of the broker is beyond 53 bits: ${value}`)
    return value
  }

  string(): string | null {
    const length = this.int16()
    return length < 0 ? null : this.#text(length)
  }

  /** A view; empty where the broker sends null. */
  bytes(): Buffer {
    const length = this.int32()
    if (length <= 0) return this.#bytes.subarray(0, 0)
    const at = this.#skip(length)
    return this.#bytes.subarray(at, at + length)
  }

  array<Item>(read: () => Item): Item[] {
    return this.#items(this.int32(), read)
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1
    return length < 0 ? null : this.#text(length)
  }

  compactArray<Item>(read: () => Item): Item[] {
    return this.#items(this.unsignedVarint() - 1, read)
  }

  /** Passes over tagged fields. */
  tags(): void {
    for (let fields = this.unsignedVarint(); fields > 0; fields--) {
      this.unsignedVarint()
      this.#skip(this.unsignedVarint())
    }
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#skip(1))
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError('a varint of the broker is longer than 5 bytes')
  }

  #text(length: number): string {
    const at = this.#skip(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  #items<Item>(count: number, read: () => Item): Item[] {
    const items: Item[] = []
    for (let index = 0; index < count; index++) items.push(read())
    return items
  }

  #skip(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return at
  }
}
