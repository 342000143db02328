import type { Config } from '../config.js'
import type { TopicDescription } from '../engine/ports/log.js'
import type { Topic, TopicName } from '../engine/topic.js'
import { KafkaClient } from '../kafka/client.js'
import { Topics } from '../kafka/topics.js'
import { remedies, toldOf, troubleOf } from '../kafka/trouble.js'
import { stagesOf } from './catalogue.js'
import { type Finding, fine, wrong } from './finding.js'
import { mayHaveMore, topicsOf } from './foundation.js'
import { clusterOf, namesOf } from './kafka-cluster.js'
import { obstaclesOn } from './kafka-neighbours.js'

const what = 'Kafka'

/**
 * Looks at the brokers that are set, and whether the topics there are those of this program. Changes nothing.
 * @returns whether everything is there that an instance needs
 */
export async function* examineBrokers(
  config: Config,
  topics: readonly Topic<unknown>[] = topicsOf(stagesOf(config.topologies)),
  orMore: (topic: TopicName) => boolean = mayHaveMore(stagesOf(config.topologies)),
): AsyncGenerator<Finding, boolean> {
  let client: KafkaClient | undefined
  try {
    // Who examines wants to know what is, not what comes after a while.
    client = new KafkaClient({ ...clusterOf(config), retryFor: 0 })
    const found = await new Topics(client, namesOf(config)).all()
    const brokers = await client.allBrokers()
    yield fine(
      what,
      `${brokers.length} brokers, ${found.length} topics, first asked at ${config.kafkaBrokers.join(', ')}`,
    )
    if (config.kafkaReplication > brokers.length)
      yield wrong(
        what,
        `${config.kafkaReplication} copies of each partition are asked for, and there are ${brokers.length} brokers: no topic can be made`,
        `start the others, or set PULSO_KAFKA_REPLICATION to ${brokers.length}, or to 0 for what the brokers have for a default`,
      )
    for (const { found: obstacle, remedy } of await obstaclesOn(client, config))
      yield wrong(`application ${config.kafkaApplication}`, obstacle, remedy)
    return yield* topicsIn(found, topics, { config, orMore })
  } catch (error) {
    const trouble = troubleOf(error)
    yield trouble === undefined
      ? wrong(what, error instanceof Error ? error.message : String(error), 'the message says what to do')
      : wrong(what, toldOf(error, config.kafkaBrokers), remedies[trouble])
    return false
  } finally {
    await client?.close()
  }
}

async function* topicsIn(
  found: readonly TopicDescription[],
  topics: readonly Topic<unknown>[],
  { config, orMore }: { readonly config: Config; readonly orMore: (topic: TopicName) => boolean },
): AsyncGenerator<Finding, boolean> {
  const held = new Map(found.map((topic) => [topic.name, topic]))
  let missing = 0
  let refused = 0
  for (const topic of topics) {
    const partitions = topic.partitions ?? config.partitions
    const there = held.get(topic.name)
    if (there === undefined) missing += 1
    else if (there.partitions < partitions || (there.partitions > partitions && !orMore(topic.name))) {
      refused += 1
      yield wrong(
        `topic ${topic.name}`,
        `it has ${there.partitions} partitions, and ${partitions} are configured`,
        topic.partitions === undefined
          ? `set PULSO_PARTITIONS=${there.partitions}: records stay in the partition that their key chose`
          : 'give it another name or remove it: it is not one that Pulso made',
      )
    } else if (there.cleanup !== topic.cleanup) {
      refused += 1
      yield wrong(
        `topic ${topic.name}`,
        `its cleanup.policy is ${there.cleanup}, and ${topic.cleanup} is needed`,
        `set its cleanup.policy to ${topic.cleanup}`,
      )
    }
  }
  if (missing > 0) yield fine('topics', `${missing} are made at the first start`)
  else if (refused === 0) yield fine('topics', 'all are there, with their partitions and cleanup')
  return missing === 0 && refused === 0
}
