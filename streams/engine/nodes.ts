import { type Address, Addresses } from './addresses.js'
import { StateFailure } from './guarded-store.js'
import { publicHeaders, StreamTimeHeaders } from './in-band.js'
import type { Copies } from './operator.js'
import type { Copied, OutgoingBatch } from './outgoing-batch.js'
import type { OutgoingRecords, OutgoingTopic } from './outgoing-records.js'
import type { Bounds } from './processor.js'
import { type StreamRecord, withValue } from './record.js'
import { messageOf, type RunEffects } from './run-effects.js'
import type { Serde } from './serde.js'
import type { Timestamp } from './time.js'
import type { Partition } from './topic.js'
import type { StepNode } from './topology.js'
import type { UnderWay } from './under-way.js'

export type StepOf<Kind extends StepNode['kind']> = Extract<StepNode, { kind: Kind }>

/** What the nodes of one task share. The effects are those of the run under way. */
export interface NodeContext {
  readonly outputs: OutgoingRecords
  readonly underWay: UnderWay
  effects: RunEffects
}

/** Takes a record, and settles what becomes of it. */
interface Receiver {
  receive(record: StreamRecord<unknown>): void
  /** Writes copies of what comes here; null where it goes elsewhere than into a topic, or where each must be made. */
  readonly copies: Copies | null
}

/** Behind the last step: what comes here was written before. */
const end: Receiver = { receive: () => {}, copies: null }

/** A step at run time: takes a record, gives what comes of it to the next node, settles the fate of the rest. */
export abstract class Node implements Receiver {
  next: Receiver = end
  abstract receive(record: StreamRecord<unknown>): void
  get copies(): Copies | null {
    return null
  }
}

/** A step that is a function: what it throws costs the record at hand, and that one alone. */
abstract class FunctionNode<Step extends { readonly name: string }> extends Node {
  constructor(
    protected readonly context: NodeContext,
    protected readonly step: Step,
  ) {
    super()
  }

  protected failed(record: StreamRecord<unknown>, error: unknown): void {
    failedStep(this.context, this.step.name, record, error)
  }
}

/** Dead-letters the record that a step threw on. @throws StateFailure again: that is no fault of the record */
export function failedStep(context: NodeContext, step: string, record: StreamRecord<unknown>, error: unknown): void {
  if (error instanceof StateFailure) throw error
  context.effects.deadLetter(record, 'processor-failed', `${step}: ${messageOf(error)}`)
}

export class DecodeNode extends FunctionNode<StepOf<'decode'>> {
  receive(record: StreamRecord<unknown>): void {
    const outcome = this.decode(record)
    if (outcome.kind === 'forward') this.next.receive(outcome.record)
    else this.context.effects.settle(record, outcome)
  }

  private decode(record: StreamRecord<unknown>) {
    try {
      return this.step.decoder.decode(record.value, record)
    } catch (error) {
      if (error instanceof StateFailure) throw error
      return this.step.otherwise('processor-failed', `${this.step.name}: ${messageOf(error)}`)
    }
  }
}

export class MapNode extends FunctionNode<StepOf<'map'>> {
  receive(record: StreamRecord<unknown>): void {
    let value: unknown
    try {
      value = this.step.fn(record.value, record)
    } catch (error) {
      this.failed(record, error)
      return
    }
    this.next.receive(withValue(record, value))
  }
}

export class FilterNode extends FunctionNode<StepOf<'filter'>> {
  receive(record: StreamRecord<unknown>): void {
    let kept: boolean
    try {
      kept = this.step.fn(record.value, record)
    } catch (error) {
      this.failed(record, error)
      return
    }
    if (kept) this.next.receive(record)
    else this.context.effects.drop('filtered')
  }
}

export class FlatMapValuesNode extends FunctionNode<StepOf<'flatMapValues'>> {
  receive(record: StreamRecord<unknown>): void {
    let values: readonly unknown[]
    try {
      values = this.step.fn(record.value, record)
    } catch (error) {
      this.failed(record, error)
      return
    }
    if (values.length === 0) this.context.effects.drop('filtered')
    for (const value of values) this.next.receive(withValue(record, value))
  }
}

export class FlatMapNode extends FunctionNode<StepOf<'flatMap'>> {
  receive(record: StreamRecord<unknown>): void {
    let outcomes: ReturnType<StepOf<'flatMap'>['fn']>
    try {
      outcomes = this.step.fn(record)
    } catch (error) {
      this.failed(record, error)
      return
    }
    if (outcomes.length === 0) this.context.effects.drop('filtered')
    for (const outcome of outcomes) {
      if (outcome.kind === 'forward') this.next.receive(outcome.record)
      else this.context.effects.settle(record, outcome)
    }
  }
}

export class ToNode extends FunctionNode<StepOf<'to'>> implements Copies {
  private readonly addresses: Addresses
  private readonly topic: OutgoingTopic
  private readonly withoutKey: Address
  /** The batch that took the record given last; null when it was refused. */
  private written: OutgoingBatch | null = null

  constructor(
    context: NodeContext,
    step: StepOf<'to'>,
    private readonly serde: Serde<unknown>,
    ownPartition: number,
  ) {
    super(context, step)
    this.topic = context.outputs.topic(step.topic.name)
    this.addresses = new Addresses(this.topic.partitions)
    this.withoutKey = { key: null, start: 0, length: 0, partition: (ownPartition % this.topic.partitions) as Partition }
  }

  receive(record: StreamRecord<unknown>): void {
    const { key: selector, topic } = this.step
    const { value, timestamp } = record
    this.written = null
    try {
      const text = selector === null ? record.key : selector(value, record)
      const { key, start, length, partition } = text === null ? this.withoutKey : this.addressOf(text)
      const headers = publicHeaders(record.headers)
      const batch = this.topic.batch(partition)
      if (value === null) batch.append(key, null, timestamp, headers, length, start)
      else batch.write(key, value, this.serde, timestamp, headers, length, start)
      this.written = batch
    } catch (error) {
      const detail = `it cannot be written to ${topic.name}: ${messageOf(error)}`
      this.context.effects.deadLetter(record, 'invalid', detail)
      return
    }
    this.topic.written += 1
    this.context.effects.accepted()
    this.next.receive(record)
  }

  /** Most results have the keys of the records that they come from. */
  private addressOf(text: string): Address {
    const { underWay } = this.context
    const keys = underWay.keysWith(text)
    return keys === null ? this.addresses.of(text) : this.addresses.at(keys, underWay.index)
  }

  /** Nobody behind this step sees the records themselves, and their values can be changed where they lie. */
  override get copies(): Copies | null {
    return this.next === end && this.serde.longs !== undefined ? this : null
  }

  keep({ start, end }: Bounds): Copied | null {
    const { longs } = this.serde
    return longs === undefined || this.written === null ? null : this.written.last(longs, start, end)
  }

  write(copied: Copied, start: Timestamp, end: Timestamp): boolean {
    const { longs } = this.serde
    if (longs === undefined) return false
    if (!this.topic.batch(copied.batch.partition).repeat(copied, longs, start, end)) return false
    this.topic.written += 1
    this.context.effects.accepted()
    return true
  }
}

export class KeyByNode extends FunctionNode<StepOf<'keyBy'>> {
  private readonly headers = new StreamTimeHeaders()
  private readonly addresses: Addresses
  private readonly topic: OutgoingTopic

  constructor(
    context: NodeContext,
    step: StepOf<'keyBy'>,
    private readonly serde: Serde<unknown>,
  ) {
    super(context, step)
    this.topic = context.outputs.topic(step.topic.name)
    this.addresses = new Addresses(this.topic.partitions)
  }

  receive(record: StreamRecord<unknown>): void {
    const { value, timestamp } = record
    try {
      const text = this.step.key(value)
      if (text === null) {
        this.context.effects.drop('null-key')
        return
      }
      const { key, length, partition } = this.addresses.of(text)
      const headers = this.headers.of(record.headers, timestamp, record.streamTime)
      const batch = this.topic.batch(partition)
      if (value === null) batch.append(key, null, timestamp, headers, length)
      else batch.write(key, value, this.serde, timestamp, headers, length)
    } catch (error) {
      this.failed(record, error)
      return
    }
    this.topic.written += 1
    this.context.effects.accepted()
  }
}
