/** A line of a file as bytes, without its end of line. */
export interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  /** Bytes of the whole line; more than `bytes` holds when the line was longer than the limit. */
  readonly length: number
}

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * Cuts chunks of bytes into lines. Of a line longer than the limit the first `limit` bytes are kept and the rest is
 * counted and passed over, so that memory stays bounded whatever the file holds. Empty lines are numbered and left out.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let length = 0
  let number = 0
  let last = 0

  const keep = (part: Uint8Array) => {
    length += part.length
    last = part.at(-1) ?? last
    const room = limit - keptBytes
    if (room <= 0 || part.length === 0) return
    kept.push(part.length > room ? part.subarray(0, room) : part)
    keptBytes += Math.min(room, part.length)
  }
  const take = (): Line | null => {
    number += 1
    const bytes = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept)
    const whole = last === carriageReturn ? length - 1 : length
    kept = []
    keptBytes = 0
    length = 0
    last = 0
    return whole === 0 ? null : { number, bytes: bytes.subarray(0, whole), length: whole }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end))
      const line = take()
      if (line !== null) yield line
      start = end + 1
    }
    // the chunk's memory may be used again by whoever reads the file
    keep(Uint8Array.prototype.slice.call(chunk, start))
  }
  if (length > 0) {
    const line = take()
    if (line !== null) yield line
  }
}
