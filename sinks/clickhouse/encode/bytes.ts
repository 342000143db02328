/** Bytes that are kept between two blocks at most. */
const largest = 4 * 1024 * 1024
/** Bytes that a loop copies faster than the platform does. */
const longestLoop = 64

/** Bytes from which on a copy costs more than a part of its own. */
const smallestPart = 4 * 1024

/** A buffer that grows: what is written stays in order. Little-endian, as ClickHouse's binary formats are. */
export class Bytes {
  private buffer: Buffer
  private length = 0
  /** What was lent, and where in the buffer it stands. */
  private lent: { readonly at: number; readonly bytes: Uint8Array }[] = []

  /** @param capacity bytes to begin with. */
  constructor(private readonly capacity = 1 << 16) {
    this.buffer = Buffer.allocUnsafeSlow(capacity)
  }

  /** What was written so far, part after part; valid until the next write or clear. */
  parts(): readonly Uint8Array[] {
    const parts: Uint8Array[] = []
    let from = 0
    for (const { at, bytes } of this.lent) {
      parts.push(this.buffer.subarray(from, at), bytes)
      from = at
    }
    parts.push(this.buffer.subarray(from, this.length))
    return parts
  }

  clear(): void {
    this.length = 0
    this.lent = []
  }

  /** Clears, and gives the memory of a large block back. */
  release(): void {
    this.clear()
    if (this.buffer.length > largest) this.buffer = Buffer.allocUnsafeSlow(this.capacity)
  }

  /** Makes room for `count` bytes at the end and gives the position where they begin. */
  private reserve(count: number): number {
    const at = this.length
    const end = at + count
    if (end > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.buffer.length * 2))
      this.buffer.copy(larger, 0, 0, at)
      this.buffer = larger
    }
    this.length = end
    return at
  }

  byte(value: number): void {
    const at = this.reserve(1)
    this.buffer[at] = value
  }

  uint16(value: number): void {
    const at = this.reserve(2)
    this.buffer[at] = value
    this.buffer[at + 1] = value >>> 8
  }

  uint32(value: number): void {
    const at = this.reserve(4)
    this.buffer[at] = value
    this.buffer[at + 1] = value >>> 8
    this.buffer[at + 2] = value >>> 16
    this.buffer[at + 3] = value >>> 24
  }

  /** An integer of 64 bits from a number that holds it exactly, negative ones in two's complement. */
  int64(value: number): void {
    const high = Math.floor(value / 4294967296)
    this.uint32(value - high * 4294967296)
    this.uint32(high)
  }

  bigint64(value: bigint): void {
    const at = this.reserve(8)
    this.buffer.writeBigUInt64LE(BigInt.asUintN(64, value), at)
  }

  float32(value: number): void {
    const at = this.reserve(4)
    this.buffer.writeFloatLE(value, at)
  }

  float64(value: number): void {
    const at = this.reserve(8)
    this.buffer.writeDoubleLE(value, at)
  }

  /** An unsigned LEB128 number below 2^32. */
  varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  /** Length and UTF-8 bytes. */
  text(value: string): void {
    const size = value.length
    // Most cells are short ASCII: a loop in JavaScript is then faster than a call into the runtime.
    if (size < 64) {
      const at = this.reserve(size + 1)
      const buffer = this.buffer
      buffer[at] = size
      let index = 0
      for (; index < size; index++) {
        const code = value.charCodeAt(index)
        if (code >= 0x80) break
        buffer[at + 1 + index] = code
      }
      if (index === size) return
      this.length = at
    }
    const bytes = Buffer.byteLength(value, 'utf8')
    this.varint(bytes)
    const at = this.reserve(bytes)
    this.buffer.write(value, at, bytes, 'utf8')
  }

  /** The bytes alone. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.length)
    this.buffer.set(value, at)
  }

  /** The bytes alone, not copied where they are many: they must stay as they are until the next clear. */
  lend(value: Uint8Array): void {
    if (value.length < smallestPart) this.raw(value)
    else this.lent.push({ at: this.length, bytes: value })
  }

  /** Length and bytes of a part: a loop where it is short, a call of the platform costs more. */
  slice(value: Uint8Array, from: number, to: number): void {
    const size = to - from
    this.varint(size)
    if (size > longestLoop) this.raw(value.subarray(from, to))
    else {
      let at = this.reserve(size)
      for (let index = from; index < to; index++) this.buffer[at++] = value[index] as number
    }
  }

  /** Length and bytes. */
  blob(value: Uint8Array): void {
    this.varint(value.length)
    this.raw(value)
  }
}
