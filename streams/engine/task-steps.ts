import { BatchNode } from './batch-node.js'
import {
  DecodeNode,
  FilterNode,
  FlatMapNode,
  FlatMapValuesNode,
  KeyByNode,
  MapNode,
  type Node,
  type NodeContext,
  ToNode,
} from './nodes.js'
import { OperatorNode } from './operator-node.js'
import { operatorOf } from './operator-of.js'
import type { StreamRecord } from './record.js'
import type { Stage, TaskDependencies } from './stage.js'
import type { PlacedKeys } from './store.js'
import type { Partition } from './topic.js'
import type { StepNode } from './topology.js'

/** Steps whose results mostly have the keys of their records. */
const keepsKey: ReadonlySet<StepNode['kind']> = new Set(['decode', 'map', 'filter', 'flatMapValues'])

/** Steps that run without a pause: between two batch calls. */
export interface Segment {
  /** The batch step that lets records into the segment; null for the first. */
  readonly batch: BatchNode | null
  readonly operators: OperatorNode[]
}

/** The steps of a stage, wired to each other for one task. */
export class TaskSteps {
  readonly segments: Segment[] = [{ batch: null, operators: [] }]
  readonly operators: OperatorNode[] = []
  readonly #first: Node
  /** The operator that takes records under the keys with which they enter; null: none does before a pause. */
  readonly #reading: OperatorNode | null
  readonly #segmentOf = new Map<OperatorNode, number>()

  constructor(stage: Stage, partition: Partition, dependencies: TaskDependencies, context: NodeContext) {
    const nodes = stage.steps.map((step) => this.#make(step, partition, dependencies, context))
    for (const [index, node] of nodes.entries()) {
      const next = nodes[index + 1]
      if (next !== undefined) node.next = next
    }
    const [first] = nodes
    if (first === undefined) throw new Error(`stage ${stage.id} has no steps: make stages with plan()`)
    this.#first = first
    const reading = nodes[stage.steps.findIndex(({ kind }) => !keepsKey.has(kind))]
    this.#reading = reading instanceof OperatorNode ? reading : null
  }

  receive(record: StreamRecord<unknown>): void {
    this.#first.receive(record)
  }

  /** Says that records with these keys come next. */
  expect(keys: PlacedKeys, from: number, to: number): void {
    this.#reading?.operator.expect?.(keys, from, to)
  }

  /** The operator of the named step. */
  operator(step: string): OperatorNode {
    const found = this.operators.find((each) => each.name === step)
    if (found === undefined) throw new Error(`no step named "${step}" takes a second input: make stages with plan()`)
    return found
  }

  /** Brings a record of a join's other side to it, behind the stream's records that wait in batch steps on the way. */
  receiveOther(record: StreamRecord<unknown>, side: OperatorNode, from: number): void {
    const batch = (this.#segmentOf.get(side) ?? 0) > from ? this.segments[from + 1]?.batch : undefined
    if (batch === undefined || batch === null) side.receiveOther(record)
    else batch.letPass(record, side)
  }

  #make(step: StepNode, partition: Partition, dependencies: TaskDependencies, context: NodeContext): Node {
    switch (step.kind) {
      case 'decode':
        return new DecodeNode(context, step)
      case 'map':
        return new MapNode(context, step)
      case 'filter':
        return new FilterNode(context, step)
      case 'flatMapValues':
        return new FlatMapValuesNode(context, step)
      case 'flatMap':
        return new FlatMapNode(context, step)
      case 'mapInBatches': {
        const batch = new BatchNode(context, step)
        this.segments.push({ batch, operators: [] })
        return batch
      }
      case 'to': {
        const serde = dependencies.serdes.forTopic(step.topic)
        return new ToNode(context, step, serde, partition)
      }
      case 'keyBy': {
        const serde = dependencies.serdes.forTopic(step.topic)
        return new KeyByNode(context, step, serde)
      }
      default: {
        const { keeps, make } = operatorOf(step)
        const lag = this.operators.reduce((sum, { operator }) => sum + (operator.delay ?? 0), 0)
        const node = new OperatorNode(context, step.name, keeps, dependencies.openStore, make, lag)
        this.operators.push(node)
        this.segments.at(-1)?.operators.push(node)
        this.#segmentOf.set(node, this.segments.length - 1)
        return node
      }
    }
  }
}
