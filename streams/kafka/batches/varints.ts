/** Zigzag varints as record batches have them (Kafka's documentation, "Record"). */

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0

const unsignedSize = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5

/** Bytes of an integer of 32 bits. */
export const varintSize = (value: number): number => unsignedSize(zigzag(value))

/** Writes an integer of 32 bits; gives where it ends. */
export function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start
  let rest = zigzag(value)
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

const half = 2 ** 30
const zigzagLong = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)

/** Bytes of an integer that a number holds exactly. */
export function varlongSize(value: number): number {
  if (value < half && value >= -half) return varintSize(value)
  let size = 1
  for (let rest = zigzagLong(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

/** Writes an integer that a number holds exactly; gives where it ends. */
export function writeVarlong(bytes: Uint8Array, start: number, value: number): number {
  if (value < half && value >= -half) return writeVarint(bytes, start, value)
  let at = start
  let rest = zigzagLong(value)
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[at++] = rest
  return at
}

/** Where one is in the bytes. */
export interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** Reads an integer of 32 bits. */
export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor
  let byte = bytes[cursor.at++] as number
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
  let value = byte & 0x7f
  for (let shift = 7; shift < 35; shift += 7) {
    byte = bytes[cursor.at++] as number
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
  }
  throw new RangeError('a varint of a batch is longer than 5 bytes')
}

/** Reads an integer that a number holds exactly. */
export function readVarlong(cursor: Cursor): number {
  const { bytes } = cursor
  let value = 0
  let scale = 1
  for (let index = 0; index < 10; index++) {
    const byte = bytes[cursor.at++] as number
    value += (byte & 0x7f) * scale
    if (byte < 0x80) {
      const halved = Math.floor(value / 2)
      return value % 2 === 0 ? halved : -halved - 1
    }
    scale *= 128
  }
  throw new RangeError('a varint of a batch is longer than 10 bytes')
}
