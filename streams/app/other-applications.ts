import type { Config } from '../config.js'
import type { Stage } from '../engine/stage.js'
import { liveApplications, type Writes } from '../kafka/applications.js'
import type { KafkaClient } from '../kafka/client.js'
import type { Told } from '../kafka/membership/told.js'
import { namesOf } from './kafka-cluster.js'

type Naming = Pick<Config, 'kafkaApplication' | 'kafkaPrefixedTopics'>

/** Topics that a stage writes here and in another application too: whoever reads them finds each result twice. */
export interface Collision {
  readonly application: string
  readonly topics: readonly string[]
}

/** What the stages write, as it is called on the cluster. */
export const writesOf = (stages: readonly Pick<Stage, 'id' | 'outputs'>[], config: Naming): Writes =>
  stages.map(({ id, outputs }) => [id, outputs.map(({ name }) => namesOf(config).topic(name))] as const)

/** Of the applications whose workers are there now, those that write what this one is to write. */
export async function collisionsOn(
  client: KafkaClient,
  stages: readonly Stage[],
  config: Naming,
): Promise<readonly Collision[]> {
  const mine = new Set(writesOf(stages, config).flatMap(placesOf))
  return (await liveApplications(client))
    .filter(({ name }) => name !== config.kafkaApplication)
    .map(({ name, workers }) => {
      const theirs = workers.flatMap((worker) => writtenBy(worker, stages)).flatMap(placesOf)
      const both = theirs.filter((place) => mine.has(place)).map((place) => place.slice(place.indexOf(' ') + 1))
      return { application: name, topics: [...new Set(both)].sort() }
    })
    .filter(({ topics }) => topics.length > 0)
}

const placesOf = ([stage, topics]: Writes[number]): readonly string[] => topics.map((topic) => `${stage} ${topic}`)

/** A worker that is older than names of applications writes to topics as the topology names them. */
function writtenBy({ writes, known = [] }: Told, stages: readonly Stage[]): Writes {
  if (writes !== undefined) return writes
  const runs = new Set(known.map((task) => task.slice(0, task.lastIndexOf('-'))))
  return stages.filter(({ id }) => runs.has(id)).map(({ id, outputs }) => [id, outputs.map(({ name }) => name)])
}

/** What is wrong with it, and what to do. */
export const collision = ({ application, topics }: Collision) => ({
  found: `the application ${application} writes to ${topics.join(', ')} too: each result would be there twice`,
  remedy: 'set PULSO_KAFKA_PREFIXED_TOPICS=outputs, leave the topologies out that it runs, or end its workers',
})
