/** Bytes from this many on are kept as they are, to be sent from where they lie. */
const fewestKept = 4 * 1024

/** Writes the primitive types of Kafka's protocol one behind the other. */
export class WireWriter {
  #buffer: Buffer
  /** Where what is written ends in the buffer. */
  #length = 0
  /** Up to here the buffer is in the parts. */
  #begun = 0
  readonly #parts: Uint8Array[] = []
  /** Bytes in the parts. */
  #sized = 0

  /** @param size bytes to begin with; it grows by itself */
  constructor(size = 256) {
    this.#buffer = Buffer.allocUnsafe(size)
  }

  /** What was written, in its order. Long runs of bytes are those that were given: nobody may change them. */
  parts(): readonly Uint8Array[] {
    this.#close()
    return this.#parts
  }

  /** Number of bytes that were written. */
  size(): number {
    return this.#sized + this.#length - this.#begun
  }

  int8(value: number): this {
    const at = this.#take(1)
    this.#buffer.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#take(2)
    this.#buffer.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#take(4)
    this.#buffer.writeInt32BE(value, at)
    return this
  }

  /** An integer that a number holds exactly. */
  int64(value: number): this {
    const at = this.#take(8)
    const high = Math.floor(value / 2 ** 32)
    this.#buffer.writeInt32BE(high, at)
    this.#buffer.writeUInt32BE(value - high * 2 ** 32, at + 4)
    return this
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const length = Buffer.byteLength(value)
    this.int16(length)
    const at = this.#take(length)
    this.#buffer.write(value, at)
    return this
  }

  bytes(value: Uint8Array): this {
    this.int32(value.length)
    if (value.length >= fewestKept) {
      this.#close()
      this.#add(value)
      return this
    }
    const at = this.#take(value.length)
    this.#buffer.set(value, at)
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
    this.#buffer.write(value, at)
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
      this.#buffer[at] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    const at = this.#take(1)
    this.#buffer[at] = rest
    return this
  }

  #close(): void {
    if (this.#length === this.#begun) return
    this.#add(this.#buffer.subarray(this.#begun, this.#length))
    this.#begun = this.#length
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part)
    this.#sized += part.length
  }

  /** Makes room, which may give the buffer anew: it is looked at afterwards. What is in the parts stays where it is. */
  #take(bytes: number): number {
    const at = this.#length
    const needed = at + bytes
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      larger.set(this.#buffer.subarray(0, at))
      this.#buffer = larger
    }
    this.#length = needed
    return at
  }
}
