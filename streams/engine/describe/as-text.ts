import type { DescribedStage, DescribedTopology } from './as-data.js'
import { humanList } from './human-duration.js'

/** The topology for a reader: each stage, each step a line in words. */
export function asText({ name, stages }: DescribedTopology): string {
  const [first] = stages
  const sources = first?.inputs.map(({ topic }) => topic) ?? []
  const outputs = stages.flatMap(({ steps }) =>
    steps.flatMap(({ kind, topic }) => (kind === 'to' && topic ? [topic] : [])),
  )
  const head = `${name}: from ${humanList(sources)} to ${humanList([...new Set(outputs)])}, in ${stages.length === 1 ? 'one stage' : `${stages.length} stages`}`
  return [head, ...stages.flatMap((stage) => ['', ...stageLines(stage)]), '', ...closing].join('\n')
}

const lineWidth = 120

const closing: readonly string[] = [
  '  Every record has one fate: forwarded, late, dropped or dead-lettered, each counted. A step that fails on a record',
  '  sends that record, with its bytes and the reason, to the dead letters; the others go on. Time is that of the records:',
  '  a window is final once all inputs have passed its end and its grace.',
]

function stageLines({ id, inputs, steps }: DescribedStage): readonly string[] {
  const widest = Math.max(...steps.map(({ name }) => name.length))
  const stores = steps.flatMap((step) => step.stores)
  return [
    `  Stage ${id}, a task for each partition`,
    ...inputs.map((input) => `    reads  ${input.topic}${inputNote(input)}`),
    ...steps.flatMap(({ name, does, kind }, index) =>
      wrapped(`    ${String(index + 1).padStart(2)}. ${name.padEnd(widest)}  `, `${kind}: ${does}`),
    ),
    ...steps
      .filter(({ kind }) => kind === 'keyBy')
      .map(({ topic }) => `    hands on through the internal topic ${topic}, partitioned by the new key`),
    stores.length === 0 ? '    keeps no state' : `    keeps state in ${humanList(stores)}`,
  ]
}

function inputNote({ role, watermark, feeds }: DescribedStage['inputs'][number]): string {
  if (role === 'repartition') return ' (internal; it carries how far the stage before has come)'
  if (role === 'table') return ` (the table of ${humanList(feeds)})`
  if (role === 'other-side') return ` (the other side of ${humanList(feeds)})`
  return watermark === 'none' ? ' (may be silent: it does not hold time back)' : ''
}

/** The text behind the head, its further lines indented as far. */
function wrapped(head: string, text: string): readonly string[] {
  const room = Math.max(40, lineWidth - head.length)
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + word.length >= room) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line)
}
