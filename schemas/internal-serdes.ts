import { Packr } from 'msgpackr'
import type { Serde } from '../streams/engine/serde.js'
import { UndecodableError } from './avro-serde.js'

const packr = new Packr({ moreTypes: true })

/** Values that only this engine reads: MessagePack, with Map, Set and Uint8Array kept. Carries no schema. */
export const internalSerde: Serde<unknown> = {
  encode: (value) => packr.pack(value),
  decode: (bytes) => {
    try {
      return packr.unpack(bytes)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new UndecodableError(`the ${bytes.length} bytes are no MessagePack value: ${why}`)
    }
  },
}

/** Bytes as they are. */
export const bytesSerde: Serde<unknown> = {
  encode: (value) => {
    if (value instanceof Uint8Array) return value
    throw new TypeError(`a topic of bytes takes a Uint8Array, not ${value === null ? 'null' : typeof value}`)
  },
  decode: (bytes) => bytes,
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Texts as UTF-8. */
export const stringSerde: Serde<unknown> = {
  encode: (value) => {
    if (typeof value === 'string') return encoder.encode(value)
    throw new TypeError(`a topic of texts takes a string, not ${value === null ? 'null' : typeof value}`)
  },
  decode: (bytes) => {
    try {
      return decoder.decode(bytes)
    } catch {
      throw new UndecodableError(`the ${bytes.length} bytes are not valid UTF-8`)
    }
  },
}
