/** Writes the primitive types of Kafka's protocol one behind the other. Its shape is that which kafkajs sends. */
export class WireWriter {
  buf: Buffer
  #length = 0

  /** @param size bytes to begin with; it grows by itself */
  constructor(size = 256) {
    this.buf = Buffer.allocUnsafe(size)
  }

  get buffer(): Buffer {
    return this.buf.subarray(0, this.#length)
  }

  size(): number {
    return this.#length
  }

  int8(value: number): this {
    const at = this.#take(1)
    this.buf.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#take(2)
    this.buf.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#take(4)
    this.buf.writeInt32BE(value, at)
    return this
  }

  /** An integer that a number holds exactly. */
  int64(value: number): this {
    const at = this.#take(8)
    const high = Math.floor(value / 2 ** 32)
    this.buf.writeInt32BE(high, at)
    this.buf.writeUInt32BE(value - high * 2 ** 32, at + 4)
    return this
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const length = Buffer.byteLength(value)
    this.int16(length)
    const at = this.#take(length)
    this.buf.write(value, at)
    return this
  }

  bytes(value: Uint8Array): this {
    this.int32(value.length)
    return this.raw(value)
  }

  raw(value: Uint8Array): this {
    const at = this.#take(value.length)
    this.buf.set(value, at)
    return this
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }

  /** As the flexible versions write it (KIP-482): the length plus one. */
  compactString(value: string): this {
    const length = Buffer.byteLength(value)
    this.unsignedVarint(length + 1)
    const at = this.#take(length)
    this.buf.write(value, at)
    return this
  }

  compactArray<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.unsignedVarint(items.length + 1)
    for (const item of items) write(item)
    return this
  }

  /** No tagged fields. */
  noTags(): this {
    return this.int8(0)
  }

  unsignedVarint(value: number): this {
    let rest = value
    while (rest > 0x7f) {
      const at = this.#take(1)
      this.buf[at] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    const at = this.#take(1)
    this.buf[at] = rest
    return this
  }

  /** Makes room, which may give `buf` anew: it is looked at afterwards. */
  #take(bytes: number): number {
    const at = this.#length
    const needed = at + bytes
    if (needed > this.buf.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.buf.length * 2))
      larger.set(this.buf.subarray(0, at))
      this.buf = larger
    }
    this.#length = needed
    return at
  }
}
