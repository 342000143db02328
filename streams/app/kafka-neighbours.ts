import type { Config } from '../config.js'
import type { Stage } from '../engine/stage.js'
import { workersOf } from '../kafka/applications.js'
import { KafkaClient } from '../kafka/client.js'
import { earlierGroups } from '../kafka/earlier-names.js'
import { streamsGroup } from '../kafka/membership/told.js'
import { explained } from '../kafka/trouble.js'
import { SinkRunner } from '../runtime/sink-runner.js'
import { stagesOf } from './catalogue.js'
import { eraserGroup } from './eraser.js'
import { clusterOf, namesOf } from './kafka-cluster.js'
import { collision, collisionsOn } from './other-applications.js'
import { allTopics } from './topics.js'

/** Something on the cluster that must not be when a worker starts. */
export interface Obstacle {
  readonly found: string
  readonly remedy: string
}

/** What an application may find on a cluster that it shares: others that write the same, and its own past. */
export async function obstaclesOn(
  client: KafkaClient,
  config: Config,
  stages: readonly Stage[] = stagesOf(config.topologies),
): Promise<readonly Obstacle[]> {
  const left = await earlierGroups(client, namesOf(config), groupsOf(stages))
  const others = await collisionsOn(client, stages, config)
  return [...(left.length === 0 ? [] : [unmoved(left)]), ...others.map(collision)]
}

export async function obstaclesNow(config: Config): Promise<readonly Obstacle[]> {
  const client = new KafkaClient(clusterOf(config))
  try {
    return await obstaclesOn(client, config)
  } finally {
    await client.close()
  }
}

/** @throws Error that says what is in the way and the remedy */
export async function refuseObstacles(config: Config): Promise<void> {
  const [first] = await obstaclesNow(config).catch((error: unknown) => {
    throw explained(error, config.kafkaBrokers)
  })
  if (first !== undefined) throw new Error(`${first.found}: ${first.remedy}`)
}

/** Groups of all tasks that may be: also of stages that do not run now, and of sinks. */
export const groupsOf = (stages: readonly Stage[]): readonly string[] => [
  ...stages.map(({ id }) => id),
  ...allTopics.map(({ name }) => SinkRunner.groupOf(name)),
  eraserGroup,
]

/** @throws Error when workers of the application are there */
export async function refuseWorkers(client: KafkaClient, { kafkaApplication }: Config): Promise<void> {
  for (const group of [streamsGroup.of(kafkaApplication), `${kafkaApplication}.tables`])
    if ((await workersOf(client, group)) !== null)
      throw new Error(`workers of ${kafkaApplication} are running (group ${group}): end all of them first`)
}

const unmoved = (groups: readonly string[]): Obstacle => ({
  found: `groups ${groups.join(', ')} are of a version before names of applications`,
  remedy: 'end all workers of that version, then run pulso migrate once',
})
