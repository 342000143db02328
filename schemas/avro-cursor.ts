/**
 * Reads Avro's binary encoding (https://avro.apache.org/docs/1.12.0/specification/#binary-encoding). What is not there
 * reads as NaN, as nothing else does: callers look once, at the value.
 */
export class AvroCursor {
  bytes: Uint8Array = new Uint8Array(0)
  /** Where what was skipped last begins. */
  skipped = 0
  #at = 0
  #end = 0

  /** Reads the bytes from there to the end. */
  over(bytes: Uint8Array, at: number, end: number): this {
    this.bytes = bytes
    this.#at = at
    this.#end = end
    return this
  }

  get atEnd(): boolean {
    return this.#at === this.#end
  }

  byte(): number {
    return this.#at < this.#end ? (this.bytes[this.#at++] as number) : Number.NaN
  }

  /** An int or a long; NaN also for one that a number does not hold exactly. */
  long(): number {
    const { bytes } = this
    const end = this.#end
    if (this.#at >= end) return Number.NaN
    const first = bytes[this.#at] as number
    // most numbers are small
    if (first < 0x80) {
      this.#at += 1
      return (first >>> 1) ^ -(first & 1)
    }
    let value = first & 0x7f
    let weight = 0x80
    for (let at = this.#at + 1; at < end && at < this.#at + 8; at++) {
      const byte = bytes[at] as number
      value += (byte & 0x7f) * weight
      weight *= 0x80
      if (byte >= 0x80) continue
      this.#at = at + 1
      if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    return Number.NaN
  }

  /** Reads a long into a cell; false where `long` gives NaN. */
  longInto(cells: { [row: number]: number }, row: number): boolean {
    const { bytes } = this
    const end = this.#end
    let value = 0
    let weight = 1
    for (let at = this.#at; at < end && at < this.#at + 8; at++) {
      const byte = bytes[at] as number
      value += (byte & 0x7f) * weight
      weight *= 0x80
      if (byte >= 0x80) continue
      this.#at = at + 1
      if (value > Number.MAX_SAFE_INTEGER) return false
      cells[row] = value % 2 === 0 ? value / 2 : -(value + 1) / 2
      return true
    }
    return false
  }

  /** Passes over so many bytes and gives where they end; -1 when they are not there. */
  skip(count: number): number {
    const end = this.#at + count
    if (!(count >= 0 && end <= this.#end)) return -1
    this.skipped = this.#at
    this.#at = end
    return end
  }
}
