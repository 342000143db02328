import { type StepNode, storesOf, type Topology } from './topology.js'

/** A topology that cannot run; the message names the step and the remedy. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError'
  constructor(topology: string, problem: string) {
    super(`topology "${topology}": ${problem}`)
  }
}

const joinKinds: ReadonlySet<string> = new Set(['stream-table', 'table-table', 'stream-stream'])

/** @throws TopologyError at the first thing that is wrong */
export function validate(topology: Topology): void {
  const refuse = (problem: string): never => {
    throw new TopologyError(topology.name, problem)
  }
  if (!topology.sources.some((source) => source.watermark === 'own')) {
    refuse('no source moves its stream time; read at least one topic with from()')
  }
  for (const name of repeated(topology.sources.map((source) => source.topic.name))) {
    refuse(`it reads the topic "${name}" twice; name it once`)
  }
  for (const name of repeated(topology.steps.map((step) => step.name))) {
    refuse(`two steps are named "${name}"; give one of them another name`)
  }
  for (const name of repeated(topology.steps.flatMap(storesOf))) {
    refuse(`two steps keep their state in the store "${name}"; give one of them another`)
  }
  const last = topology.steps.at(-1)
  if (last === undefined || !topology.steps.some((step) => step.kind === 'to')) {
    refuse('it has no sink, so nothing would come of it; end it with to()')
  }
  if (last?.kind === 'keyBy') refuse(`nothing follows keyBy "${last.name}"; add the steps that need the key, and to()`)
  if (last !== undefined && last.kind !== 'to') {
    refuse(`what the step "${last.name}" gives is lost; end the topology with to()`)
  }
  validateSteps(topology, refuse)
}

function validateSteps(topology: Topology, refuse: (problem: string) => never): void {
  const sources = new Set<string>(topology.sources.map((source) => source.topic.name))
  let stageInputs = new Set(sources)
  for (const [index, step] of topology.steps.entries()) {
    if (step.kind === 'decode' && index > 0) {
      refuse(`decode "${step.name}" reads the values of the sources; make it the first step`)
    }
    if (step.kind === 'to' && sources.has(step.topic.name)) {
      refuse(`it writes "${step.topic.name}", which it also reads, and would never end; write another topic`)
    }
    if (step.kind === 'join') validateJoin(step, stageInputs, refuse)
    if (step.kind === 'keyBy') stageInputs = new Set([step.topic.name])
  }
}

function validateJoin(
  step: Extract<StepNode, { kind: 'join' }>,
  stageInputs: ReadonlySet<string>,
  refuse: (problem: string) => never,
): void {
  if (!joinKinds.has(step.join.kind)) {
    refuse(`the join "${step.name}" is of the unknown kind "${step.join.kind}"; use ${[...joinKinds].join(', ')}`)
  }
  const other = step.join.kind === 'stream-stream' ? step.join.other : step.join.table
  if (stageInputs.has(other.name)) {
    refuse(`the join "${step.name}" meets "${other.name}" with itself; write one side to another topic first`)
  }
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}
