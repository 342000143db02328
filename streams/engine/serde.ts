import type { Topic } from './topic.js'

/** Turns the values of one topic into bytes and back. `decode` throws an Error that says what is wrong with the bytes. */
export interface Serde<Value> {
  encode(value: Value): Uint8Array
  /**
   * Writes the bytes of the value where they are to lie; the method is called without its object.
   * @returns where they end; where there is no room, a negative number: at least so many bytes are missing
   */
  readonly encodeInto?: (value: Value, into: Uint8Array, at: number) => number
  decode(bytes: Uint8Array): Value
  /** Decodes a value where it lies among other bytes; the method is called without its object. */
  readonly decodeWithin?: (bytes: Uint8Array, start: number, end: number) => Value
  /** Fields of 64 bits in what `encodeInto` wrote. */
  readonly longs?: LongFields
}

/** Finds and replaces integers in encoded values. */
export interface LongFields {
  /** Where the named field of the value that begins at `at` lies; -1 where that is not known. */
  find(bytes: Uint8Array, at: number, field: string): number
  /** Replaces the integer that lies there; false, and nothing is written, where the other needs more or fewer bytes. */
  replace(bytes: Uint8Array, at: number, value: number): boolean
}

/** The serde of each topic, bound to a schema registry. */
export interface Serdes {
  forTopic<Value>(topic: Topic<Value>): Serde<Value>
}
