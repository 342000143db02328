import type { Serde, Serdes } from '../serde.js'
import { decodeUtf8, encodeUtf8 } from '../utf8.js'

/** Values as JSON, byte strings in them as `{"$bytes": [...]}`: what a test needs where no schema registry is. */
const jsonSerde: Serde<unknown> = {
  encode: (value) => encodeUtf8(JSON.stringify(value, (_, held) => (isBytes(held) ? { $bytes: [...held] } : held))),
  decode: (bytes) =>
    JSON.parse(decodeUtf8(bytes), (_, held) => (isWrapped(held) ? Uint8Array.from(held.$bytes) : held)),
}

/** Serdes for tests: every topic as JSON. `decode` throws the SyntaxError of JSON.parse. */
export const jsonSerdes: Serdes = { forTopic: <Value>() => jsonSerde as Serde<Value> }

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

const isWrapped = (value: unknown): value is { readonly $bytes: readonly number[] } =>
  typeof value === 'object' && value !== null && '$bytes' in value && Array.isArray(value.$bytes)
