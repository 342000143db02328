const firstRoom = 1_024

/** Bytes that grow as they are written: no array for each thing, and no copy. Numbers are little-endian. */
export class ByteWriter {
  bytes: Uint8Array = new Uint8Array(firstRoom)
  view: DataView = new DataView(this.bytes.buffer)
  /** Bytes written so far. */
  at = 0
  #texts: Buffer = Buffer.from(this.bytes.buffer)

  /** Makes room for as many more bytes. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#make(Math.max(2 * this.bytes.length, this.at + count))
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** @param text without unpaired surrogates, which UTF-8 has not */
  appendUtf8(text: string): void {
    this.reserve(3 * text.length)
    this.at += this.#texts.write(text, this.at)
  }

  /** A view of what was written from `from` on: it holds until the next write. */
  since(from: number): Uint8Array {
    return this.bytes.subarray(from, this.at)
  }

  /** Forgets everything, and gives room back that was seldom needed. */
  clear(mostKept: number): void {
    this.at = 0
    if (this.bytes.length > mostKept) this.#make(firstRoom)
  }

  #make(room: number): void {
    const made = new Uint8Array(room)
    made.set(this.since(0))
    this.bytes = made
    this.view = new DataView(made.buffer)
    this.#texts = Buffer.from(made.buffer)
  }
}
