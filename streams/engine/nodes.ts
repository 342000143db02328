import { StateFailure } from './guarded-store.js'
import { publicHeaders, StreamTimeHeaders } from './in-band.js'
import { partitionFor } from './partitioner.js'
import { type StreamRecord, withValue } from './record.js'
import { messageOf, type RunEffects } from './run-effects.js'
import type { Serde } from './serde.js'
import type { Partition, TopicName } from './topic.js'
import type { StepNode } from './topology.js'
import { encodeUtf8 } from './utf8.js'

export type StepOf<Kind extends StepNode['kind']> = Extract<StepNode, { kind: Kind }>

/** What the nodes of one task share. The effects are those of the run under way. */
export interface NodeContext {
  effects: RunEffects
}

/** Takes a record, and settles what becomes of it. */
interface Receiver {
  receive(record: StreamRecord<unknown>): void
}

/** Behind the last step: what comes here was written before. */
const end: Receiver = { receive: () => {} }

/** A step at run time: takes a record, gives what comes of it to the next node, settles the fate of the rest. */
export abstract class Node implements Receiver {
  next: Receiver = end
  abstract receive(record: StreamRecord<unknown>): void
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

interface Address {
  readonly key: Uint8Array
  readonly partition: Partition
}

/** Bytes and partitions of the keys that were written lately: results of one key follow each other. */
class Addresses {
  readonly #known = new Map<string, Address>()

  constructor(private readonly partitions: number) {}

  of(text: string): Address {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const key = encodeUtf8(text)
    const address = { key, partition: partitionFor(key, this.partitions) as Partition }
    if (this.#known.size >= mostAddresses) this.#known.clear()
    this.#known.set(text, address)
    return address
  }
}

const mostAddresses = 10_000

export class ToNode extends FunctionNode<StepOf<'to'>> {
  private readonly addresses: Addresses

  constructor(
    context: NodeContext,
    step: StepOf<'to'>,
    private readonly serde: Serde<unknown>,
    private readonly partitions: number,
    private readonly ownPartition: number,
  ) {
    super(context, step)
    this.addresses = new Addresses(partitions)
  }

  receive(record: StreamRecord<unknown>): void {
    const { key: selector, topic } = this.step
    let address: Address | null
    let value: Uint8Array | null
    try {
      const text = selector === null ? record.key : selector(record.value)
      address = text === null ? null : this.addresses.of(text)
      value = record.value === null ? null : this.serde.encode(record.value)
    } catch (error) {
      const detail = `it cannot be written to ${topic.name}: ${messageOf(error)}`
      this.context.effects.deadLetter(record, 'invalid', detail)
      return
    }
    this.context.effects.write({
      topic: topic.name,
      partition: address === null ? ((this.ownPartition % this.partitions) as Partition) : address.partition,
      key: address === null ? null : address.key,
      value,
      timestamp: record.timestamp,
      headers: publicHeaders(record.headers),
    })
    this.next.receive(record)
  }
}

export class KeyByNode extends FunctionNode<StepOf<'keyBy'>> {
  private readonly headers = new StreamTimeHeaders()
  private readonly topic: TopicName
  private readonly addresses: Addresses

  constructor(
    context: NodeContext,
    step: StepOf<'keyBy'>,
    private readonly serde: Serde<unknown>,
    partitions: number,
  ) {
    super(context, step)
    this.topic = step.topic.name
    this.addresses = new Addresses(partitions)
  }

  receive(record: StreamRecord<unknown>): void {
    let key: string | null
    let value: Uint8Array | null
    try {
      key = this.step.key(record.value)
      value = key === null || record.value === null ? null : this.serde.encode(record.value)
    } catch (error) {
      this.failed(record, error)
      return
    }
    if (key === null) {
      this.context.effects.drop('null-key')
      return
    }
    const address = this.addresses.of(key)
    this.context.effects.write({
      topic: this.topic,
      partition: address.partition,
      key: address.key,
      value,
      timestamp: record.timestamp,
      headers: this.headers.of(record.headers, record.timestamp, record.streamTime),
    })
  }
}
