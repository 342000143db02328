import type { Headers } from './record.js'
import { decodeUtf8, encodeUtf8 } from './utf8.js'

/** For each header: u32 length of the name, u32 length of the value (little-endian), name, value. */
export function encodeHeaders(headers: Headers): Uint8Array {
  const parts = Object.entries(headers).map(([name, value]) => ({ name: encodeUtf8(name), value }))
  const bytes = new Uint8Array(parts.reduce((sum, { name, value }) => sum + 8 + name.length + value.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { name, value } of parts) {
    view.setUint32(at, name.length, true)
    view.setUint32(at + 4, value.length, true)
    bytes.set(name, at + 8)
    bytes.set(value, at + 8 + name.length)
    at += 8 + name.length + value.length
  }
  return bytes
}

/** The values are views of the bytes. */
export function decodeHeaders(bytes: Uint8Array): Headers {
  const headers: [string, Uint8Array][] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 8 + view.getUint32(at, true)
    const end = nameEnd + view.getUint32(at + 4, true)
    headers.push([decodeUtf8(bytes.subarray(at + 8, nameEnd)), bytes.subarray(nameEnd, end)])
    at = end
  }
  // Not by assignment: a header may be called __proto__.
  return Object.fromEntries(headers)
}
