import type { Engagement } from '../../schemas/engagement.js'
import type { Mention } from '../../schemas/mention.js'
import { mentions } from '../../schemas/topics.js'
import { deadLetter, drop, forward } from '../../streams/engine/outcome.js'
import { withValue } from '../../streams/engine/record.js'
import type { Decoder } from '../../streams/engine/topology.js'

/** What is heard of a post: its counters at a moment, or what it is. */
export type Heard =
  | { readonly kind: 'observation'; readonly engagement: Engagement }
  | { readonly kind: 'mention'; readonly mention: Mention }

/** Reads observations and mentions. Both of a post meet in one partition because the key is the post's id. */
export const engagementDecoder: Decoder<Heard> = {
  name: 'engagement',
  decode: (value, record) => {
    if (value === null) return drop('null-value')
    if (record.origin.topic === mentions.name) {
      return forward(withValue(record, { kind: 'mention', mention: value as Mention }))
    }
    const engagement = value as Engagement
    const { postId, observedAt } = engagement
    if (record.key !== postId) {
      return deadLetter(
        'invalid',
        `the key of the record is ${JSON.stringify(record.key)}, expected the postId ${JSON.stringify(postId)}`,
      )
    }
    if (observedAt < 0 || observedAt > record.timestamp) {
      return deadLetter(
        'invalid',
        `observedAt is ${observedAt}, expected 0 to the timestamp of the record, ${record.timestamp}: nothing is told before it is seen`,
      )
    }
    return forward({ ...record, value: { kind: 'observation', engagement }, timestamp: observedAt })
  },
}
