/**
 * The framing of a Confluent registry: byte 0, the id of the writer's schema as four bytes big-endian, the Avro value.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 */
export const headerLength = 5

/**
 * Id of the schema that a value was written with; null when the bytes are not framed.
 * @param start where the value begins in the bytes
 * @param end where it ends
 */
export function schemaIdOf(bytes: Uint8Array, start = 0, end: number = bytes.length): number | null {
  if (end - start < headerLength || bytes[start] !== 0) return null
  const upper = ((bytes[start + 1] as number) << 24) | ((bytes[start + 2] as number) << 16)
  const lower = ((bytes[start + 3] as number) << 8) | (bytes[start + 4] as number)
  // Integers all along: a product would lie on the heap, once for each value that is read.
  return (upper | lower) >>> 0
}

/** Writes the header at the start of the bytes. */
export function writeHeader(into: Uint8Array, at: number, id: number): void {
  into[at] = 0
  into[at + 1] = id >>> 24
  into[at + 2] = id >>> 16
  into[at + 3] = id >>> 8
  into[at + 4] = id
}

/** Says why the bytes are not framed. */
export function notFramed(bytes: Uint8Array): string {
  if (bytes.length < headerLength) {
    return `${bytes.length} bytes are too few: a value starts with byte 0 and four bytes of schema id`
  }
  const first = bytes[0] ?? 0
  const hint = first === 0x7b || first === 0x5b ? ' (it looks like JSON)' : ''
  return `the first byte is 0x${first.toString(16).padStart(2, '0')} and not 0${hint}: the value was not written with a schema registry`
}
