import type { Topic } from './topic.js'

/** Turns the values of one topic into bytes and back. `decode` throws an Error that says what is wrong with the bytes. */
export interface Serde<Value> {
  encode(value: Value): Uint8Array
  decode(bytes: Uint8Array): Value
}

/** The serde of each topic, bound to a schema registry. */
export interface Serdes {
  forTopic<Value>(topic: Topic<Value>): Serde<Value>
}
