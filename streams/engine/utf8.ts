const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Up to this many characters a loop over ASCII is faster than crossing into the platform's encoder. */
const shortText = 48

/** UTF-8 bytes of the text. */
export function encodeUtf8(text: string): Uint8Array {
  const length = text.length
  if (length > shortText) return encoder.encode(text)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return encoder.encode(text)
    bytes[i] = code
  }
  return bytes
}

/** Writes a text of ASCII characters at the start of the bytes; gives its length, or -1 where it is another one or too long. */
export function writeAscii(text: string, into: Uint8Array): number {
  const { length } = text
  if (length > into.length) return -1
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return -1
    into[i] = code
  }
  return length
}

/**
 * Text of the UTF-8 bytes.
 * @throws TypeError when they are no valid UTF-8: two keys that differ must not become the same text.
 */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes)

/** The same of the bytes from `start` to `end`. */
export const decodeUtf8Within = (bytes: Uint8Array, start: number, end: number): string =>
  shortAscii(bytes, start, end) ?? decoder.decode(bytes.subarray(start, end))

const { fromCharCode } = String
/** Longer texts are made by the platform. */
const longestAscii = 16
/** Where bytes end too soon for as many to be read. */
const padded = new Uint8Array(longestAscii)

/**
 * Text of the bytes from `start` to `end` where it is of at most 16 ASCII characters, as most keys and words are; else
 * null. It is made without crossing into the platform, which costs more than as short a text.
 */
export function shortAscii(bytes: Uint8Array, start: number, end: number): string | null {
  const length = end - start
  if (length > longestAscii) return null
  let all = 0
  for (let at = start; at < end; at += 1) all |= bytes[at] as number
  if (all > 0x7f) return null
  if (start + longestAscii <= bytes.length) return asciiAt(bytes, start, length)
  for (let at = 0; at < length; at += 1) padded[at] = bytes[start + at] as number
  return asciiAt(padded, 0, length)
}

/** Reads all that it may need first: a function that reads one of them is called for each once there are as many calls. */
function asciiAt(bytes: Uint8Array, at: number, length: number): string {
  const a = bytes[at] as number
  const b = bytes[at + 1] as number
  const c = bytes[at + 2] as number
  const d = bytes[at + 3] as number
  const e = bytes[at + 4] as number
  const f = bytes[at + 5] as number
  const g = bytes[at + 6] as number
  const h = bytes[at + 7] as number
  const i = bytes[at + 8] as number
  const j = bytes[at + 9] as number
  const k = bytes[at + 10] as number
  const l = bytes[at + 11] as number
  const m = bytes[at + 12] as number
  const n = bytes[at + 13] as number
  const o = bytes[at + 14] as number
  const p = bytes[at + 15] as number
  switch (length) {
    case 1:
      return fromCharCode(a)
    case 2:
      return fromCharCode(a, b)
    case 3:
      return fromCharCode(a, b, c)
    case 4:
      return fromCharCode(a, b, c, d)
    case 5:
      return fromCharCode(a, b, c, d, e)
    case 6:
      return fromCharCode(a, b, c, d, e, f)
    case 7:
      return fromCharCode(a, b, c, d, e, f, g)
    case 8:
      return fromCharCode(a, b, c, d, e, f, g, h)
    case 9:
      return fromCharCode(a, b, c, d, e, f, g, h, i)
    case 10:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j)
    case 11:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k)
    case 12:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l)
    case 13:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m)
    case 14:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n)
    case 15:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
    case 16:
      return fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
    default:
      return ''
  }
}
