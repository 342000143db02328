import { Kafka, logLevel } from 'kafkajs'
import { brokerErrorType } from '../../../streams/kafka/errors.js'

/**
 * Brings the topics to so many partitions, each of which has a leader when this resolves: a broker answers that it has
 * added them before it tells of them to others.
 */
export async function widen(broker: string, topics: readonly string[], count: number): Promise<void> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    for (const topic of topics) {
      for (;;) {
        const [found] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics
        const led = found?.partitions.filter(({ leader }) => leader >= 0) ?? []
        if (led.length >= count) break
        if ((found?.partitions.length ?? 0) < count)
          await unlessDone(admin.createPartitions({ topicPartitions: [{ topic, count }] }))
      }
    }
  } finally {
    await admin.disconnect()
  }
}

/** A broker that has not told of partitions yet, which it then has already. */
async function unlessDone(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (brokerErrorType(error) !== 'INVALID_PARTITIONS') throw error
  }
}
