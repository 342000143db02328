import type { DescribedStage, DescribedTopology } from './as-data.js'

/** The topologies as one Mermaid flowchart: topics are cylinders, internal ones dashed, each stage a box. */
export function asMermaid(topologies: readonly DescribedTopology[]): string {
  const ids = new Map<string, string>()
  const topicId = (topic: string): string => {
    const id = ids.get(topic) ?? `topic${ids.size}`
    ids.set(topic, id)
    return id
  }
  const stages = topologies.flatMap((topology) => topology.stages)
  const boxes = stages.flatMap((stage, index) => box(stage, `stage${index}`))
  const links = stages.flatMap((stage, index) => linksOf(stage, `stage${index}`, topicId))
  const internal = new Set(
    stages.flatMap(({ inputs }) => inputs.filter(({ role }) => role === 'repartition').map(({ topic }) => topic)),
  )
  const topics = [...ids].map(
    ([topic, id]) => `  ${id}[("${label(topic)}")]${internal.has(topic) ? ':::internal' : ''}`,
  )
  return ['flowchart LR', ...topics, ...boxes, ...links, '  classDef internal stroke-dasharray: 4 4'].join('\n')
}

function box({ id, steps }: DescribedStage, stage: string): readonly string[] {
  return [
    `  subgraph ${stage}["${label(id)}"]`,
    ...steps.map(({ kind, name }, index) => {
      const text = `"${label(name)}<br/><small>${kind}</small>"`
      return `    ${stage}s${index}${shape(kind, text)}`
    }),
    ...steps.slice(1).map((_, index) => `    ${stage}s${index} --> ${stage}s${index + 1}`),
    '  end',
  ]
}

function shape(kind: string, text: string): string {
  if (kind === 'keyBy') return `{{${text}}}`
  return kind.startsWith('aggregate') || kind === 'process' || kind === 'join' ? `[[${text}]]` : `[${text}]`
}

function linksOf(
  { inputs, steps }: DescribedStage,
  stage: string,
  topicId: (topic: string) => string,
): readonly string[] {
  const stepId = (name: string): string => `${stage}s${steps.findIndex((step) => step.name === name)}`
  const reads = inputs.flatMap(({ topic, feeds }) =>
    feeds.length === 0
      ? [`  ${topicId(topic)} --> ${stage}s0`]
      : feeds.map((join) => `  ${topicId(topic)} -.-> ${stepId(join)}`),
  )
  const writes = steps.flatMap(({ kind, name, topic }) =>
    topic !== null && (kind === 'to' || kind === 'keyBy') ? [`  ${stepId(name)} --> ${topicId(topic)}`] : [],
  )
  return [...reads, ...writes]
}

/** Text inside a Mermaid label: quotes and angle brackets are written as entities. */
const label = (text: string): string => text.replace(/["<>&]/g, (sign) => `#${sign.charCodeAt(0)};`)
