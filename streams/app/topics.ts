import { publicTopics } from '../../schemas/topics.js'
import { type Topic, topic } from '../engine/topic.js'

/** Which dead letters were sent again: the key is the letter's place, the value the topic it went to. */
export const deadLetterReplays = topic<string>('dead-letter-replays', 'string', { cleanup: 'compact', partitions: 1 })

/** Every topic that exists apart from the internal ones of the stages. */
export const allTopics: readonly Topic<unknown>[] = [...publicTopics, deadLetterReplays]
