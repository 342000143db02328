import { ByteWriter } from './byte-writer.js'

/**
 * Writes a key of state as bytes whose order is the order of the texts' UTF-16 code units: each code unit is written as
 * UTF-8 would write it, surrogates one by one (the encoding known as CESU-8, Unicode Technical Report 26). Any text comes
 * back as it was, unpaired surrogates included.
 */
export function writeStateKey(to: ByteWriter, key: string): void {
  const { length } = key
  to.reserve(length * 3)
  const { bytes } = to
  let { at } = to
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i)
    if (unit < 0x80) bytes[at++] = unit
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6)
      bytes[at++] = 0x80 | (unit & 0x3f)
    } else {
      bytes[at++] = 0xe0 | (unit >> 12)
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f)
      bytes[at++] = 0x80 | (unit & 0x3f)
    }
  }
  to.at = at
}

const scratch = new ByteWriter()
const mostScratch = 65_536

export function encodeStateKey(key: string): Uint8Array {
  scratch.clear(mostScratch)
  writeStateKey(scratch, key)
  return scratch.bytes.slice(0, scratch.at)
}

const unitsAtOnce = 4_096

export function decodeStateKey(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  if (isAscii(bytes, from, to)) return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
  const units: number[] = []
  let text = ''
  for (let at = from; at < to; ) {
    const first = bytes[at++] ?? 0
    if (first < 0x80) units.push(first)
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | ((bytes[at++] ?? 0) & 0x3f))
    else units.push(((first & 0x0f) << 12) | (((bytes[at++] ?? 0) & 0x3f) << 6) | ((bytes[at++] ?? 0) & 0x3f))
    if (units.length === unitsAtOnce) text += String.fromCharCode(...units.splice(0))
  }
  return text + String.fromCharCode(...units)
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) >= 0x80) return false
  return true
}
