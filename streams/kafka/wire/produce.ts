import { byTopic } from './fetch.js'
import { protocol } from './protocol.js'

export interface ProducedBatch {
  readonly topic: string
  readonly partition: number
  /** One record batch. */
  readonly batch: Uint8Array
}

const allReplicas = -1

/** Produce, version 7: at most one batch a partition, acknowledged by all replicas. */
export const produceProtocol = (
  batches: readonly ProducedBatch[],
  options: { readonly transactionalId: string | null; readonly timeout: number },
) =>
  protocol(
    { key: 0, version: 7, name: 'Produce' },
    (to) => {
      to.string(options.transactionalId).int16(allReplicas).int32(options.timeout)
      to.array(byTopic(batches), ([topic, ofTopic]) => {
        to.string(topic).array(ofTopic, ({ partition, batch }) => {
          to.int32(partition).bytes(batch)
        })
      })
    },
    (from) => {
      const partitions: { topic: string; partition: number; errorCode: number; baseOffset: number }[] = []
      from.array(() => {
        const topic = from.string() ?? ''
        from.array(() => {
          const partition = from.int32()
          const errorCode = from.int16()
          const baseOffset = from.int64()
          from.int64()
          from.int64()
          partitions.push({ topic, partition, errorCode, baseOffset })
        })
      })
      return { partitions, clientSideThrottleTime: from.int32() }
    },
  )
