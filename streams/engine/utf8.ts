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
  const c = (at: number): number => bytes[start + at] as number
  switch (length) {
    case 0:
      return ''
    case 1:
      return fromCharCode(c(0))
    case 2:
      return fromCharCode(c(0), c(1))
    case 3:
      return fromCharCode(c(0), c(1), c(2))
    case 4:
      return fromCharCode(c(0), c(1), c(2), c(3))
    case 5:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4))
    case 6:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5))
    case 7:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6))
    case 8:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7))
    case 9:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8))
    case 10:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9))
    case 11:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10))
    case 12:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10), c(11))
    case 13:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10), c(11), c(12))
    case 14:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10), c(11), c(12), c(13))
    case 15:
      return fromCharCode(c(0), c(1), c(2), c(3), c(4), c(5), c(6), c(7), c(8), c(9), c(10), c(11), c(12), c(13), c(14))
    case 16:
      return fromCharCode(
        c(0),
        c(1),
        c(2),
        c(3),
        c(4),
        c(5),
        c(6),
        c(7),
        c(8),
        c(9),
        c(10),
        c(11),
        c(12),
        c(13),
        c(14),
        c(15),
      )
    default:
      return null
  }
}
