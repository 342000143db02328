/** Room for answers that are short, and for the beginnings of those that are not. */
const scratchBytes = 64 * 1024
const lengthBytes = 4
/** No answer is longer: whoever says so is no broker, or speaks another protocol. */
const longestFrame = 2 ** 30

/**
 * Puts answers together as they come from a socket. Of a long one the rest is read into its place: nothing of it is
 * copied afterwards. Each frame is memory of its own.
 */
export class Frames {
  readonly #whole: (frame: Buffer) => void
  readonly #scratch = Buffer.allocUnsafeSlow(scratchBytes)
  /** Bytes of the scratch in use. */
  #waiting = 0
  /** The one whose rest is awaited. */
  #frame: Buffer | null = null
  #filled = 0

  /** @param whole is given each answer, with the four bytes that say its length */
  constructor(whole: (frame: Buffer) => void) {
    this.#whole = whole
  }

  /** Where the next bytes are to be put; never empty. */
  room(): Buffer {
    return this.#frame === null ? this.#scratch.subarray(this.#waiting) : this.#frame.subarray(this.#filled)
  }

  /**
   * Says that so many bytes were put there.
   * @throws Error when they cannot be of a broker; it must be given nothing more then
   */
  put(bytes: number): void {
    if (this.#frame === null) {
      this.#waiting += bytes
      this.#take()
      return
    }
    this.#filled += bytes
    if (this.#filled < this.#frame.length) return
    const frame = this.#frame
    this.#frame = null
    this.#whole(frame)
  }

  /** Takes what is in the scratch: what is left of it there is less than a length. */
  #take(): void {
    const end = this.#waiting
    let at = 0
    while (end - at >= lengthBytes) {
      const length = this.#scratch.readInt32BE(at)
      if (length < 0 || length > longestFrame)
        throw new Error(`an answer says that it is ${length} bytes long: what answers there is no Kafka broker`)
      const next = at + lengthBytes + length
      const frame = Buffer.allocUnsafeSlow(lengthBytes + length)
      this.#scratch.copy(frame, 0, at, Math.min(next, end))
      if (next > end) {
        this.#frame = frame
        this.#filled = end - at
        this.#waiting = 0
        return
      }
      at = next
      this.#whole(frame)
    }
    this.#scratch.copyWithin(0, at, end)
    this.#waiting = end - at
  }
}
