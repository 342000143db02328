import { ConfigError } from '../config.js'
import { plan } from '../engine/plan.js'
import type { Stage } from '../engine/stage.js'
import type { TopicName } from '../engine/topic.js'
import type { Topology } from '../engine/topology.js'
import {
  consumerTrends,
  emergingTerms,
  emergingWords,
  engagement,
  engagementShifts,
  surveys,
} from '../topologies/index.js'

/** Every topology that ships, by name. */
const catalogue: ReadonlyMap<string, Topology> = new Map(
  [consumerTrends, emergingWords, emergingTerms, engagement, engagementShifts, surveys].map((topology) => [
    topology.name,
    topology,
  ]),
)

/** @throws ConfigError naming those that there are, when one of the names is none of them */
export function topologiesNamed(names: readonly string[]): readonly Topology[] {
  return names.map((name) => {
    const topology = catalogue.get(name)
    if (topology === undefined) {
      throw new ConfigError(`there is no topology "${name}": there are ${[...catalogue.keys()].join(', ')}`)
    }
    return topology
  })
}

/** Topics that some topology writes, those between stages included. */
export const writtenTopics = (): ReadonlySet<TopicName> =>
  new Set([...catalogue.values()].flatMap(plan).flatMap(({ outputs }) => outputs.map(({ name }) => name)))

/** The stages of the named topologies, in the order of the flow. */
export const stagesOf = (names: readonly string[]): readonly Stage[] => topologiesNamed(names).flatMap(plan)
