import { noHeaders, type StreamRecord } from '../../streams/engine/record.js'
import { offset, partition, type Topic } from '../../streams/engine/topic.js'

/** A record as a step takes it. Its stream time is its timestamp unless another is given. */
export function aRecord<Value>(
  of: Topic<unknown>,
  value: Value,
  { key, timestamp, streamTime = timestamp }: { key: string | null; timestamp: number; streamTime?: number },
): StreamRecord<Value> {
  const origin = { topic: of.name, partition: partition(0), offset: offset(0) }
  return { key, value, timestamp, streamTime, headers: noHeaders, origin }
}
