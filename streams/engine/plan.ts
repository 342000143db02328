import type { Plan, Stage, StageInput } from './stage.js'
import type { Partition, Topic, TopicName, TopicPartition } from './topic.js'
import { type JoinNode, type StepNode, storesOf, type Topology } from './topology.js'
import { validate } from './validate-topology.js'
import { readPartitions } from './widths.js'

/** Store in which a task keeps its stream times and watermarks. */
export const taskStore = '__task'

/**
 * Cuts a topology into its stages at each `keyBy`, in the order of the flow.
 * @throws TopologyError when the topology cannot run; the message says which step, and the remedy
 */
export const plan: Plan = (topology: Topology): readonly Stage[] => {
  validate(topology)
  const stages: Stage[] = []
  let inputs: readonly StageInput[] = topology.sources.map((source) => ({
    ...source,
    role: 'source',
    feeds: [],
    producers: [],
  }))
  for (const steps of cut(topology.steps)) {
    const stage: Stage = {
      id: `${topology.name}.${stages.length + 1}`,
      topology: topology.name,
      inputs: [...inputs, ...sidesOf(steps)],
      steps,
      outputs: outputsOf(steps),
      stores: [taskStore, ...steps.flatMap(storesOf)],
    }
    stages.push(stage)
    const last = steps.at(-1)
    if (last?.kind === 'keyBy') {
      const producers = stage.inputs.map((input) => input.topic.name)
      inputs = [{ topic: last.topic, watermark: 'own', role: 'repartition', feeds: [], producers }]
    }
  }
  return stages
}

/** The topic that a join reads beside the stream. */
export const otherTopic = (join: JoinNode): Topic<unknown> => (join.kind === 'stream-stream' ? join.other : join.table)

/** Number of tasks of a stage: that of the partitions of its widest input. */
export const taskCount = (stage: Stage, partitionsOf: (topic: TopicName) => number): number =>
  Math.max(...stage.inputs.map((input) => partitionsOf(input.topic.name)))

/** What the task of the partition reads of every input. */
export const taskInputs = (
  stage: Stage,
  partition: Partition,
  partitionsOf: (topic: TopicName) => number,
  widthOf: (topic: TopicName) => number = partitionsOf,
): readonly TopicPartition[] =>
  stage.inputs.flatMap(({ topic: { name } }) => readPartitions(name, partition, { partitionsOf, widthOf }))

function cut(steps: readonly StepNode[]): readonly (readonly StepNode[])[] {
  const parts: StepNode[][] = [[]]
  for (const step of steps) {
    parts.at(-1)?.push(step)
    if (step.kind === 'keyBy') parts.push([])
  }
  return parts
}

function sidesOf(steps: readonly StepNode[]): readonly StageInput[] {
  const sides = new Map<TopicName, StageInput>()
  for (const step of steps) {
    if (step.kind !== 'join') continue
    const topic = otherTopic(step.join)
    const earlier = sides.get(topic.name)
    const streams = step.join.kind === 'stream-stream'
    sides.set(topic.name, {
      topic,
      // A table changes seldom: waiting for its next change would keep every window open.
      watermark: streams || earlier?.watermark === 'own' ? 'own' : 'none',
      role: streams || earlier?.role === 'other-side' ? 'other-side' : 'table',
      feeds: [...(earlier?.feeds ?? []), step.name],
      producers: [],
    })
  }
  return [...sides.values()]
}

function outputsOf(steps: readonly StepNode[]): readonly Topic<unknown>[] {
  const outputs = new Map<TopicName, Topic<unknown>>()
  for (const step of steps) if (step.kind === 'to' || step.kind === 'keyBy') outputs.set(step.topic.name, step.topic)
  return [...outputs.values()]
}
