import type { AsOf, Latest, Within } from './builder-joins.js'
import type { ForKeys } from './frequent/frequent-keys.js'
import { outermost } from './frequent/nested-windows.js'
import type { deadLetter, Outcome } from './outcome.js'
import type { Aggregate, Processor } from './processor.js'
import type { StreamRecord } from './record.js'
import { type Duration, seconds } from './time.js'
import { type Form, type Topic, topic, topicName } from './topic.js'
import {
  type BatchLimits,
  type BatchStep,
  type Decoder,
  every,
  type JoinNode,
  type SourceNode,
  type StepNode,
  type Topology,
  type Updates,
} from './topology.js'
import type { WindowSpec } from './window.js'

type Any = Topic<unknown>
type ValueOf<Of> = Of extends Topic<infer Value> ? Value : never
type FormOf<Value, Carried> = Form<Carried> & (Value extends Carried ? unknown : never)
type Named<Fn> = [fn: Fn] | [name: string, fn: Fn]

/** Whether the key of the records is that of the source topics, or was chosen by `keyBy` in this topology. */
export type KeyedBy = 'source' | 'selector'

/** Begins a sentence: `topology('trends').from(posts) ... .to(trends)`. The name is that of its consumer groups. */
export const topology = (name: string): { from: From } => {
  topicName(name)
  return {
    from: (...topics) => new SourceStream({ name, sources: topics.map((each) => source(each, 'own')), steps: [] }),
  }
}

type From = <const Topics extends readonly [Any, ...Any[]]>(
  ...topics: Topics
) => SourceStream<ValueOf<Topics[number]> | null>

const source = (of: Any, watermark: SourceNode['watermark']): SourceNode => ({ topic: of, watermark })

/**
 * A topology in the making. Each method adds a step and gives a new stream; nothing runs. Functions give their name to
 * the step; a name that is taken gets a number. Only after `to` is it a `Topology`.
 */
export class Stream<Value, Keyed extends KeyedBy> {
  /** For the compiler only: it tells keyed streams from others. */
  declare protected readonly keyedBy: Keyed

  constructor(protected readonly sentence: Topology) {}

  /** Gives another value. A function that throws sends its record to the dead letters, and that one alone. */
  map<Out>(...step: Named<(value: Value, record: StreamRecord<Value>) => Out>): Stream<Out, Keyed> {
    const [name, fn] = named('map', step)
    return this.add({ kind: 'map', name, fn: untyped(fn) })
  }

  /** Keeps the records for which the function gives true; the others are dropped and counted as `filtered`. */
  filter<Kept extends Value>(
    ...step: Named<(value: Value, record: StreamRecord<Value>) => value is Kept>
  ): Stream<Kept, Keyed>
  filter(...step: Named<(value: Value, record: StreamRecord<Value>) => boolean>): Stream<Value, Keyed>
  filter(...step: Named<(value: Value, record: StreamRecord<Value>) => boolean>): Stream<Value, Keyed> {
    const [name, fn] = named('filter', step)
    return this.add({ kind: 'filter', name, fn: untyped(fn) })
  }

  /** Makes one record into none or several with the same key and timestamp. */
  flatMapValues<Out>(
    ...step: Named<(value: Value, record: StreamRecord<Value>) => readonly Out[]>
  ): Stream<Out, Keyed> {
    const [name, fn] = named('flatMapValues', step)
    return this.add({ kind: 'flatMapValues', name, fn: untyped(fn) })
  }

  /** Says of each record what becomes of it. The key must stay: records with a new key go through `keyBy`. */
  flatMap<Out>(...step: Named<(record: StreamRecord<Value>) => readonly Outcome<Out>[]>): Stream<Out, Keyed> {
    const [name, fn] = named('flatMap', step)
    return this.add({ kind: 'flatMap', name, fn: untyped(fn) })
  }

  /** Asks a batch service about every record; the results leave in the order of the records. */
  mapInBatches<Item, Result, Out>(step: BatchStep<Value, Item, Result, Out>, limits: BatchLimits): Stream<Out, Keyed> {
    if (!(limits.atMost.count >= 1)) throw new RangeError(`"atMost" of ${step.name} is at least 1`)
    return this.add({ kind: 'mapInBatches', name: step.name, step, limits })
  }

  /**
   * Runs a stateful step; the state is that of the record's key.
   * @param expireAfter event time after its last change at which a key's state is forgotten; null: never
   * @throws RangeError when state of a processor with timers is to expire: it says itself what it forgets
   */
  process<State, Out>(
    processor: Processor<State, Value, Out>,
    { expireAfter }: { expireAfter: Duration | null },
  ): Stream<Out, Keyed> {
    if (processor.onTimer !== undefined && expireAfter !== null) {
      throw new RangeError(`"${processor.name}" has timers, and forgets by them: "expireAfter" is null`)
    }
    return this.stateful(processor.name, (name, store) => ({ kind: 'process', name, processor, store, expireAfter }))
  }

  /**
   * Drops a record as `duplicate` when one with the same text was let through whose timestamp is less than `within`
   * away. Records with the same text must have the same key, so that they meet in one partition.
   */
  dedup({ by, within }: { by: (value: Value, record: StreamRecord<Value>) => string; within: Duration }) {
    if (!(within > 0)) throw new RangeError('"within" of dedup is a duration above 0')
    return this.stateful<Value>('dedup', (name, store) => ({ kind: 'dedup', name, by: untyped(by), within, store }))
  }

  /**
   * Joins with the records of another topic that have the same key and lie in the same partition. Of two tables the
   * result is a table too: null says that the key is no longer in both.
   */
  join<Other, Out>(
    other: Topic<Other>,
    how: Latest,
    joiner: (value: NonNullable<Value>, other: NonNullable<Other>) => Out,
  ): Stream<Out | null, Keyed>
  join<Other, Out>(
    other: Topic<Other>,
    how: Within | AsOf,
    joiner: (value: NonNullable<Value>, other: NonNullable<Other>) => Out,
  ): Stream<Out, Keyed>
  join<Other, Out>(
    other: Topic<Other>,
    how: Latest | Within | AsOf,
    joiner: (value: NonNullable<Value>, other: NonNullable<Other>) => Out,
  ): Stream<Out | null, Keyed> {
    return this.joined(other, joiner.name, joinNode(other, how, false, untyped(joiner)))
  }

  /** As join, but a record for which the table has no value goes on with null. */
  leftJoin<Other, Out>(
    table: Topic<Other>,
    how: AsOf,
    joiner: (value: NonNullable<Value>, tableValue: NonNullable<Other> | null) => Out,
  ): Stream<Out, Keyed> {
    return this.joined(table, joiner.name, joinNode(table, how, true, untyped(joiner)))
  }

  /**
   * Chooses the key by which the following steps keep state. Records go through an internal topic and are partitioned
   * anew; those for which the selector gives null are dropped and counted as `null-key`.
   * @param partitions of the internal topic; absent: that of the configuration
   * @param form what the following steps need of the values, where that is smaller than the whole as MessagePack
   */
  keyBy<Carried = Value>(
    selector: (value: Value) => string | null,
    { name: given, partitions, form }: { name?: string; partitions?: number; form?: FormOf<Value, Carried> } = {},
  ): Stream<Carried, 'selector'> {
    const name = this.unused(given ?? nameOf(selector, 'keyBy'))
    const internal = topic<unknown>(`${this.sentence.name}.${name}-repartition`, form?.schema ?? 'internal', {
      ...(partitions === undefined ? {} : { partitions }),
    })
    return this.add({ kind: 'keyBy', name, key: untyped(selector), topic: internal })
  }

  /**
   * Keeps the records by the key that they have in the source topics, without a repartition. Whoever writes these topics
   * must let the key choose the partition, so that records with equal keys meet.
   */
  groupByKey(this: Stream<Value, 'source'>): Stream<Value, 'selector'> {
    return new Stream(this.sentence)
  }

  /** Lays windows over each key, which `keyBy` chose or `groupByKey` kept. */
  window(this: Stream<Value, 'selector'>, spec: WindowSpec): WindowedStream<Value> {
    return new WindowedStream((aggregate, updates) =>
      this.stateful(aggregate.name, (name, store) => ({
        kind: 'aggregate',
        name,
        window: spec,
        aggregate,
        updates,
        store,
      })),
    )
  }

  /**
   * Lays several layouts of windows over each key at once, by name: records pass through one repartition for all of them.
   */
  windows(this: Stream<Value, 'selector'>, specs: Readonly<Record<string, WindowSpec>>): WindowsStream<Value> {
    const storesOf = (name: string) =>
      Object.entries(specs).map(([each, window]) => ({ name: each, window, store: `${name}.${each}` }))
    return new WindowsStream(
      (aggregate, updates) => {
        const name = this.unused(aggregate.name)
        return this.add({ kind: 'aggregates', name, windows: storesOf(name), aggregate, updates })
      },
      (aggregate, updates, atLeast, each) => {
        const name = this.unused(aggregate.name)
        const windows = storesOf(name)
        outermost(windows)
        return this.add({ kind: 'frequent', name, windows, aggregate, atLeast, updates, each, store: name })
      },
    )
  }

  /**
   * Writes every record to the topic, and goes on with the same records.
   * @param key key of the written records; absent: the record's own
   */
  to<Target extends Any>(
    target: Target & (NonNullable<Value> extends ValueOf<Target> ? unknown : Topic<NonNullable<Value>>),
    { key }: { key?: (value: NonNullable<Value>, record: StreamRecord<Value>) => string | null } = {},
  ): Sentence<Value, Keyed> {
    const name = this.unused(target.name)
    return new Sentence(
      this.followedBy({ kind: 'to', name, topic: target, key: key === undefined ? null : untyped(key) }),
    )
  }

  protected followedBy(step: StepNode): Topology {
    return { ...this.sentence, steps: [...this.sentence.steps, step] }
  }

  protected add<Out, As extends KeyedBy>(step: StepNode): Stream<Out, As> {
    return new Stream(this.followedBy({ ...step, name: this.unused(step.name) }))
  }

  protected unused(name: string): string {
    const base = name.replace(/[^a-zA-Z0-9._-]+/g, '-')
    const taken = new Set(this.sentence.steps.map((step) => step.name))
    let free = base
    for (let number = 2; taken.has(free); number += 1) free = `${base}-${number}`
    return free
  }

  private stateful<Out>(name: string, make: (name: string, store: string) => StepNode): Stream<Out, Keyed> {
    const free = this.unused(name)
    return new Stream(this.followedBy(make(free, free)))
  }

  private joined<Out>(other: Any, name: string, join: JoinNode): Stream<Out, Keyed> {
    return this.stateful(name === '' ? `join-${other.name}` : name, (free, store) => ({
      kind: 'join',
      name: free,
      join,
      store,
    }))
  }
}

/** The topics that a topology reads, before the first step. */
export class SourceStream<Value> extends Stream<Value, 'source'> {
  /**
   * Reads topics of commands too, which may be silent for long: they do not hold the watermark back, and their records
   * take the stream time that the other sources have reached.
   */
  with<const Topics extends readonly [Any, ...Any[]]>(
    ...topics: Topics
  ): SourceStream<Value | ValueOf<Topics[number]> | null> {
    const { sources } = this.sentence
    return new SourceStream({
      ...this.sentence,
      sources: [...sources, ...topics.map((each) => source(each, 'none'))],
    })
  }

  /**
   * Reads the values of the sources.
   * @param otherwise what becomes of records that cannot be read: `deadLetter`
   */
  decode<Out>(decoder: Decoder<Out>, { otherwise }: { otherwise: typeof deadLetter }): Stream<Out, 'source'> {
    return this.add({ kind: 'decode', name: decoder.name, decoder, otherwise })
  }
}

type MakeAggregate = (aggregate: Aggregate<unknown, unknown, unknown>, updates: Updates) => Stream<unknown, 'selector'>

/** A keyed stream in windows; only an aggregate makes sense of it. */
export class WindowedStream<Value> {
  constructor(private readonly make: MakeAggregate) {}

  /**
   * Gives a result for each key and window.
   * @param updates when early results are given; absent: at most once a second of processing time
   */
  aggregate<Accumulator, Out>(
    aggregate: Aggregate<Value, Accumulator, Out>,
    { updates = every(seconds(1)) }: { updates?: Updates } = {},
  ): Stream<Out, 'selector'> {
    return untyped(this.make(aggregate, updates))
  }
}

/** A keyed stream in several layouts of windows. */
export class WindowsStream<Value> extends WindowedStream<Value> {
  constructor(
    make: MakeAggregate,
    private readonly makeFrequent: (
      ...given: [
        ...Parameters<MakeAggregate>,
        atLeast: number,
        each: ((value: unknown, index: number) => unknown) | null,
      ]
    ) => ReturnType<MakeAggregate>,
  ) {
    super(make)
  }

  /**
   * Gives results for the keys that records name, which are their keys from then on, and for windows that at least
   * `atLeast` records of a key fall into; some with fewer may be given too. Where most keys are rare this costs a
   * fraction of a record for each key. Records that name the same key must have the same key by `keyBy`, so that they
   * meet; `keyBy` with one partition sees to it.
   * @param updates when early results are given; absent: at most once a second of processing time
   * @param each what of a value belongs to one of its keys, by the number of the key; absent: all of it
   * @throws RangeError unless the windows are tumbling and each lies within one of the longest, which waits longest
   */
  aggregateFrequent<Counted, Accumulator, Out>(
    this: WindowsStream<ForKeys<Counted>>,
    aggregate: Aggregate<Counted, Accumulator, Out>,
    options: { atLeast: number; updates?: Updates },
  ): Stream<Out, 'selector'>
  aggregateFrequent<Said, Counted, Accumulator, Out>(
    this: WindowsStream<ForKeys<Said>>,
    aggregate: Aggregate<Counted, Accumulator, Out>,
    options: { atLeast: number; updates?: Updates; each: (value: Said, index: number) => Counted },
  ): Stream<Out, 'selector'>
  aggregateFrequent<Said, Counted, Accumulator, Out>(
    this: WindowsStream<ForKeys<Said>>,
    aggregate: Aggregate<Counted, Accumulator, Out>,
    {
      atLeast,
      updates = every(seconds(1)),
      each,
    }: { atLeast: number; updates?: Updates; each?: (value: Said, index: number) => Counted },
  ): Stream<Out, 'selector'> {
    if (!Number.isSafeInteger(atLeast) || atLeast < 1) throw new RangeError('"atLeast" is a whole number from 1 on')
    return untyped(this.makeFrequent(untyped(aggregate), updates, atLeast, each === undefined ? null : untyped(each)))
  }
}

/** A stream that was written to a topic: a whole topology, and the stream to go on with. */
export class Sentence<Value, Keyed extends KeyedBy> extends Stream<Value, Keyed> implements Topology {
  readonly name: string
  readonly sources: readonly SourceNode[]
  readonly steps: readonly StepNode[]

  constructor(sentence: Topology) {
    super(sentence)
    this.name = sentence.name
    this.sources = sentence.sources
    this.steps = sentence.steps
  }
}

type Joiner = (value: unknown, other: unknown) => unknown

function joinNode(other: Any, how: AsOf | Latest | Within, left: boolean, joiner: Joiner): JoinNode {
  if (how.kind === 'stream-table') return { ...how, table: other, left, joiner }
  if (how.kind === 'table-table') return { ...how, table: other, joiner }
  return { ...how, other, joiner }
}

const nameOf = (fn: { readonly name: string }, kind: string): string => (fn.name === '' ? kind : fn.name)

function named<Fn extends { readonly name: string }>(kind: string, step: Named<Fn>): readonly [string, Fn] {
  return step.length === 1 ? [nameOf(step[0], kind), step[0]] : step
}

/** The nodes of a topology hold values as `unknown`; the types of the sentence have checked them before. */
const untyped = <To>(typed: unknown): To => typed as To
