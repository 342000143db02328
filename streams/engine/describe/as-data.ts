import { plan } from '../plan.js'
import type { StageInput } from '../stage.js'
import type { StepNode, Topology } from '../topology.js'
import { storesOf } from '../topology.js'
import { stepInWords } from './step-in-words.js'

export interface DescribedStep {
  readonly kind: StepNode['kind']
  readonly name: string
  readonly does: string
  readonly stores: readonly string[]
  /** The topic that the step writes, or reads beside the stream; null: none. */
  readonly topic: string | null
  /** Windows, limits and durations, in milliseconds. */
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface DescribedStage {
  readonly id: string
  readonly inputs: readonly (Pick<StageInput, 'role' | 'watermark' | 'feeds'> & {
    readonly topic: string
    readonly schema: string
  })[]
  readonly steps: readonly DescribedStep[]
  readonly outputs: readonly { readonly topic: string; readonly schema: string }[]
}

/** A topology as data that JSON can hold. */
export interface DescribedTopology {
  readonly name: string
  readonly stages: readonly DescribedStage[]
}

/** @throws TopologyError when the topology cannot run */
export const asData = (topology: Topology): DescribedTopology => ({
  name: topology.name,
  stages: plan(topology).map(({ id, inputs, steps, outputs }) => ({
    id,
    inputs: inputs.map(({ topic, role, watermark, feeds }) => ({
      topic: topic.name,
      schema: topic.schema,
      role,
      watermark,
      feeds,
    })),
    steps: steps.map((step) => ({
      kind: step.kind,
      name: step.name,
      does: stepInWords(step),
      stores: storesOf(step),
      topic: topicOf(step),
      parameters: parametersOf(step),
    })),
    outputs: outputs.map(({ name, schema }) => ({ topic: name, schema })),
  })),
})

function topicOf(step: StepNode): string | null {
  if (step.kind === 'to' || step.kind === 'keyBy') return step.topic.name
  if (step.kind === 'join') return step.join.kind === 'stream-stream' ? step.join.other.name : step.join.table.name
  return null
}

function parametersOf(step: StepNode): Readonly<Record<string, unknown>> {
  switch (step.kind) {
    case 'mapInBatches':
      return { service: step.step.service, ...step.limits }
    case 'process':
      return { expireAfter: step.expireAfter }
    case 'dedup':
      return { within: step.within }
    case 'aggregate':
      return { window: step.window, updates: step.updates }
    case 'aggregates':
      return {
        windows: Object.fromEntries(step.windows.map(({ name, window }) => [name, window])),
        updates: step.updates,
      }
    case 'frequent':
      return {
        windows: Object.fromEntries(step.windows.map(({ name, window }) => [name, window])),
        atLeast: step.atLeast,
        updates: step.updates,
      }
    case 'join':
      return joinParameters(step)
    default:
      return {}
  }
}

function joinParameters({ join }: Extract<StepNode, { kind: 'join' }>): Readonly<Record<string, unknown>> {
  switch (join.kind) {
    case 'stream-table':
      return { join: join.kind, history: join.history, left: join.left }
    case 'table-table':
      return { join: join.kind }
    case 'stream-stream':
      return { join: join.kind, before: join.before, after: join.after, grace: join.grace }
  }
}
