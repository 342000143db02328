/** What is smaller is cheap to make and to collect. */
const fewestBytes = 16 * 1024
/** Bytes that are kept for later at most. */
const mostKept = 4 * 2 ** 20

/**
 * Memory for what is written to brokers, used again: it lies outside of the heap, and making it anew for each request has
 * the garbage collector look at the whole heap every few of them.
 */
export class Buffers {
  readonly #kept: Buffer[] = []
  #bytes = 0

  /** At least so many bytes; what is in them is left over from others. */
  take(bytes: number): Buffer {
    if (bytes < fewestBytes) return Buffer.allocUnsafe(bytes)
    let best = -1
    for (const [index, { length }] of this.#kept.entries())
      if (length >= bytes && length < (this.#kept[best]?.length ?? Number.POSITIVE_INFINITY)) best = index
    const [found] = best < 0 ? [] : this.#kept.splice(best, 1)
    if (found === undefined) return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)))
    this.#bytes -= found.length
    return found
  }

  /** Gives back what was taken. Nobody may hold a view of it, nor may a socket have anything of it still to write. */
  give(buffer: Buffer): void {
    const { length } = buffer
    if (length < fewestBytes || this.#bytes + length > mostKept) return
    this.#kept.push(buffer)
    this.#bytes += length
  }
}
