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

/**
 * Text of the UTF-8 bytes.
 * @throws TypeError when they are no valid UTF-8: two keys that differ must not become the same text.
 */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes)
