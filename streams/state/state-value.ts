import { Packr } from 'msgpackr'

/**
 * MessagePack with the extensions of msgpackr: records keep objects apart from maps, `moreTypes` adds sets. Structures
 * are written into each value, so that a value can be read without any other.
 */
const packr = new Packr({ useRecords: true, moreTypes: true, structuredClone: false, copyBuffers: true })

/** @throws Error when the value holds something that is no data (a function, a symbol). */
export const encodeStateValue = (value: unknown): Uint8Array => packr.pack(value)

export const decodeStateValue = (bytes: Uint8Array): unknown => packr.unpack(bytes)
