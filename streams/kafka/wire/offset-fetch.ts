import { byTopic } from './fetch.js'
import { protocol } from './protocol.js'

/**
 * OffsetFetch, version 7, with `require_stable`: while a transaction that carries offsets of the group is being ended,
 * the broker answers with an error to try again, and not with the offsets before it.
 */
export const offsetFetchProtocol = (
  group: string,
  places: readonly { readonly topic: string; readonly partition: number }[],
) =>
  protocol(
    { key: 9, version: 7, name: 'OffsetFetch', flexible: true },
    (to) => {
      to.compactString(group).compactArray(byTopic(places), ([topic, ofTopic]) => {
        to.compactString(topic).compactArray(ofTopic, ({ partition }) => to.int32(partition))
        to.noTags()
      })
      to.int8(1).noTags()
    },
    (from) => {
      const clientSideThrottleTime = from.int32()
      const partitions: { topic: string; partition: number; offset: number; metadata: string; errorCode: number }[] = []
      from.compactArray(() => {
        const topic = from.compactString() ?? ''
        from.compactArray(() => {
          const partition = from.int32()
          const offset = from.int64()
          from.int32()
          const metadata = from.compactString() ?? ''
          const errorCode = from.int16()
          from.tags()
          partitions.push({ topic, partition, offset, metadata, errorCode })
        })
        from.tags()
      })
      return { clientSideThrottleTime, partitions, errorCode: from.int16() }
    },
  )
