import { byTime } from './fate-tally.js'
import { guarded } from './guarded-store.js'
import { readControl, readStreamTime, withoutStreamTime } from './in-band.js'
import { InputBuffer, isControl, isPlaced, nextInput, refill } from './input-buffer.js'
import { Letters } from './letters.js'
import type { NodeContext, StepOf } from './nodes.js'
import { deadLetter } from './outcome.js'
import type { OutgoingBatch } from './outgoing-batch.js'
import { OutgoingRecords } from './outgoing-records.js'
import type { BatchResult } from './ports/batch.js'
import type { RecordBatch } from './ports/log.js'
import type { FetchedRecord, StreamRecord } from './record.js'
import { messageOf, RunEffects } from './run-effects.js'
import type { Serde } from './serde.js'
import type { BatchCall, Stage, StageInput, Task, TaskDependencies, TaskFlush, TaskInput, TaskOutput } from './stage.js'
import { TaskSteps } from './task-steps.js'
import { TaskTime } from './task-time.js'
import type { Timestamp } from './time.js'
import type { Partition, TopicName, TopicPartition } from './topic.js'
import { UnderWay } from './under-way.js'
import { decodeUtf8 } from './utf8.js'
import { isWidened, ownKeys, readPartitions } from './widths.js'

/** So many records are looked ahead for at once. */
const lookAhead = 32
const nobody: ReadonlySet<number> = new Set()
const never = Number.POSITIVE_INFINITY

/**
 * Makes the task of one partition of a stage, as it was at its last commit.
 *
 * It owns its stores, its stream times and the records it was given and has not taken yet. A run takes records in the
 * order of time as far as that order is certain (see `nextInput`), carries each through the steps, asks the batch
 * services for all records of the run at once, then tells the operators how far stream time has come. After one or more
 * runs a flush writes the stores and tells the next stage. Everything that they bring about is in what they give or in
 * the stores: the caller commits both, or throws the task away (invariants 1 and 2).
 *
 * @throws Error when the inputs of a join have different numbers of partitions
 */
export const createTask = (stage: Stage, partition: Partition, dependencies: TaskDependencies): Task =>
  new StageTask(stage, partition, dependencies)

class StageTask implements Task {
  readonly stage: Stage
  readonly partition: Partition
  readonly #dependencies: TaskDependencies
  readonly #buffers: readonly InputBuffer[]
  readonly #buffersById: ReadonlyMap<string, InputBuffer>
  readonly #letters: Letters
  readonly #outputs: OutgoingRecords
  /** What the outputs hold was given to be committed. */
  #flushed = false
  readonly #context: NodeContext
  readonly #steps: TaskSteps
  readonly #time: TaskTime
  /** What becomes of records that cannot be read. */
  readonly #unreadable: StepOf<'decode'>['otherwise']

  constructor(stage: Stage, partition: Partition, dependencies: TaskDependencies) {
    this.stage = stage
    this.partition = partition
    this.#dependencies = { ...dependencies, openStore: guarded(dependencies.openStore) }
    refuseUnlikeInputs(stage, dependencies)
    this.#buffers = tablesFirst(stage.inputs).flatMap((input) => buffersOf(input, partition, dependencies))
    this.#buffersById = new Map(this.#buffers.map((buffer) => [buffer.id, buffer]))
    this.#letters = new Letters({ stage: stage.id, ...dependencies })
    this.#outputs = new OutgoingRecords(dependencies.partitionsOf)
    const effects = new RunEffects(this.#letters, this.#outputs)
    this.#context = { outputs: this.#outputs, underWay: new UnderWay(), effects }
    this.#steps = new TaskSteps(stage, partition, this.#dependencies, this.#context)
    this.#time = new TaskTime(stage, partition, this.#dependencies, this.#buffers, this.#steps.operators)
    const [first] = stage.steps
    this.#unreadable = first?.kind === 'decode' ? first.otherwise : deadLetter
  }

  get full(): ReadonlySet<string> {
    const { bufferedRecords } = this.#dependencies.settings
    return new Set(this.#buffers.filter(({ size }) => size >= bufferedRecords).map(({ id }) => id))
  }

  get wakeAt(): Timestamp | null {
    return this.#time.wakeAt
  }

  get streamTime(): Timestamp | null {
    return this.#time.combined
  }

  idleProducers(topic: TopicName): readonly number[] {
    return this.#time.idleProducers(topic)
  }

  *run({
    fetched,
    now,
    jumped = 0,
    until = never,
    behind = false,
  }: TaskInput): Generator<BatchCall, TaskOutput, readonly BatchResult<unknown>[]> {
    this.#forgetFlushed()
    const effects = new RunEffects(this.#letters, this.#outputs)
    this.#context.effects = effects
    this.#time.jumped(jumped)
    const { timestamps } = this.#dependencies.settings
    for (const { at, waking = nobody } of fetched) this.#time.waking(at.topic, waking)
    refill(this.#buffersById, fetched, { from: timestamps.from, until: now + timestamps.aheadOfClock })
    for (let buffer = nextInput(this.#buffers); buffer !== null; buffer = nextInput(this.#buffers)) {
      if (buffer.turn > until) break
      this.#takeFrom(buffer, now)
    }
    this.#context.underWay.clear()
    effects.current = byTime
    const streamTime = this.#time.advance(now)
    const updates = this.#time.updatesAt(now, behind)
    for (const [index, { batch, operators }] of this.#steps.segments.entries()) {
      if (batch !== null) yield* batch.drain((record, side) => this.#steps.receiveOther(record, side, index))
      for (const operator of operators) {
        if (streamTime !== null) operator.onStreamTime(streamTime)
        if (updates) operator.onClock(now)
      }
    }
    return { fates: effects.counts(), uncommitted: this.#outputs.count }
  }

  takeOutputs(): readonly OutgoingBatch[] {
    this.#forgetFlushed()
    return this.#outputs.takeFull()
  }

  flush(now: Timestamp): TaskFlush {
    this.#forgetFlushed()
    for (const { operator } of this.#steps.operators) operator.flush()
    for (const announcement of this.#time.announcements(now)) this.#outputs.append(announcement)
    const outputs = this.#outputs.batches
    const offsets = this.#offsets()
    const moved = this.#time.save()
    this.#flushed = true
    return { outputs, offsets, changed: moved || offsets.size > 0 || outputs.length > 0 }
  }

  /** What was given to be committed is not given again. */
  #forgetFlushed(): void {
    if (this.#flushed) this.#outputs.clear()
    this.#flushed = false
  }

  #takeFrom(buffer: InputBuffer, now: Timestamp): void {
    const { batch, index } = buffer
    if (buffer.isElsewhere) {
      this.#pass(buffer)
      return
    }
    if (batch !== undefined && isPlaced(batch) && this.#takePlaced(buffer, batch, index)) return
    const read = buffer.head
    if (read === undefined || batch === undefined) return
    const internal = isInternal(buffer)
    buffer.take(read.offset)
    const control = internal && isControl(read) ? readControl(read.headers) : null
    if (control !== null) {
      this.#time.heard(control, buffer)
      return
    }
    this.#context.effects.begin(batch, index)
    const streamTime = internal
      ? this.#time.observe(buffer, readStreamTime(read.headers, read.timestamp))
      : this.#accept(buffer, read, now)
    if (streamTime === null) return
    const record = this.#decode(buffer, read, streamTime)
    if (record !== null) this.#receive(buffer, record)
  }

  /** Another task has the key of the record: here it shows how far its partition has come, and nothing else. */
  #pass(buffer: InputBuffer): void {
    const { batch, index } = buffer
    if (batch === undefined) return
    const timestamp = batch.timestamp(index)
    buffer.take(isPlaced(batch) ? batch.offset(index) : batch.record(index).offset)
    if (buffer.isPlausible(timestamp)) this.#time.observe(buffer, timestamp)
  }

  #receive({ input: { feeds } }: InputBuffer, record: StreamRecord<unknown>): void {
    if (feeds.length === 0) this.#steps.receive(record)
    else for (const join of feeds) this.#steps.receiveOther(record, this.#steps.operator(join), 0)
  }

  /**
   * Takes a record of data without an object for it as it was read, as nearly all are.
   * @returns false for a control record, and when there is something wrong with it: nothing was done then
   */
  #takePlaced(buffer: InputBuffer, batch: RecordBatch, index: number): boolean {
    const timestamp = batch.timestamp(index)
    const start = batch.starts[index] as number
    const end = batch.ends[index] as number
    const keyStart = batch.keyStarts[index] as number
    const internal = isInternal(buffer)
    if (internal && keyStart < 0) return false
    if (!internal && !this.#isWithinLimits(buffer, timestamp, end - start)) return false
    if (index % lookAhead === 0) this.#expect(buffer, batch, index)
    const { bytes } = batch
    let key: string | null
    let value: unknown
    try {
      key = keyStart < 0 ? null : buffer.keys.of(bytes, keyStart, batch.keyEnds[index] as number)
      value = start < 0 ? null : decodedWithin(buffer.serde, bytes, start, end)
    } catch {
      return false
    }
    const position = batch.offset(index)
    buffer.take(position)
    this.#context.effects.begin(batch, index)
    this.#context.underWay.set(batch, index, key)
    const read = batch.headers(index)
    const streamTime = this.#time.observe(buffer, internal ? readStreamTime(read, timestamp) : timestamp)
    const headers = internal ? withoutStreamTime(read) : read
    const { topic, partition } = buffer.at
    const origin = { topic, partition, offset: position }
    this.#receive(buffer, { key, value, timestamp, streamTime, headers, origin })
    return true
  }

  /** Tells the operators that read by key which keys come next. */
  #expect({ input: { feeds } }: InputBuffer, batch: RecordBatch, from: number): void {
    const to = Math.min(from + lookAhead, batch.length)
    if (feeds.length === 0) this.#steps.expect(batch, from, to)
    else for (const join of feeds) this.#steps.operator(join).operator.expect?.(batch, from, to)
  }

  #isWithinLimits(buffer: InputBuffer, timestamp: Timestamp, bytes: number): boolean {
    return buffer.isPlausible(timestamp) && bytes <= this.#dependencies.settings.maxValueBytes
  }

  /**
   * Gives the stream time of a record from outside, or null when it breaks a limit and was dead-lettered. An impossible
   * timestamp does not move stream time: one record of the year 2099 would make all others late.
   */
  #accept(buffer: InputBuffer, read: FetchedRecord, now: Timestamp): Timestamp | null {
    const { timestamps, maxValueBytes } = this.#dependencies.settings
    const { timestamp, value } = read
    if (!buffer.isPlausible(timestamp)) {
      const detail = `the timestamp ${timestamp} is not between ${timestamps.from} and ${timestamps.aheadOfClock} ms ahead of the clock: correct it and replay the record`
      this.#context.effects.refuse(read, 'timestamp-out-of-range', detail, now)
      return null
    }
    const streamTime = this.#time.observe(buffer, timestamp)
    if (value !== null && value.length > maxValueBytes) {
      const detail = `the value has ${value.length} bytes, and ${maxValueBytes} are the limit`
      this.#context.effects.refuse(read, 'too-large', detail)
      return null
    }
    return streamTime
  }

  #decode(buffer: InputBuffer, read: FetchedRecord, streamTime: Timestamp): StreamRecord<unknown> | null {
    const { key, value, timestamp, headers } = read
    try {
      return {
        key: key === null ? null : decodeUtf8(key),
        value: value === null ? null : buffer.serde.decode(value),
        timestamp,
        streamTime,
        headers: isInternal(buffer) ? withoutStreamTime(headers) : headers,
        // Not the record itself: state that keeps an origin would keep its bytes.
        origin: { topic: read.topic, partition: read.partition, offset: read.offset },
      }
    } catch (error) {
      this.#context.effects.settleUnread(read, this.#unreadable('undecodable', messageOf(error)))
      return null
    }
  }

  /** Gives each offset once. */
  #offsets(): TaskFlush['offsets'] {
    const offsets = new Map<string, { readonly at: TopicPartition; readonly next: number }>()
    for (const buffer of this.#buffers) {
      if (buffer.next !== null) offsets.set(buffer.id, { at: buffer.at, next: buffer.next })
      buffer.next = null
    }
    return offsets
  }
}

/** What another stage wrote, with control records among it. */
const isInternal = ({ input }: InputBuffer): boolean => input.role === 'repartition'

const decodedWithin = (serde: Serde<unknown>, bytes: Uint8Array, start: number, end: number): unknown =>
  serde.decodeWithin === undefined ? serde.decode(bytes.subarray(start, end)) : serde.decodeWithin(bytes, start, end)

/** Buffers for what the task of the partition reads of the input. */
function buffersOf(
  input: StageInput,
  own: Partition,
  { serdes, partitionsOf, widthOf = partitionsOf }: TaskDependencies,
): readonly InputBuffer[] {
  const { name } = input.topic
  const serde = serdes.forTopic(input.topic)
  const owns = isWidened(name, { partitionsOf, widthOf }) ? ownKeys(own, partitionsOf(name)) : null
  return readPartitions(name, own, { partitionsOf, widthOf }).map((at) => new InputBuffer(input, at, serde, owns))
}

/** Of records with equal timestamps those of a table are taken first: a record sees the update of the same instant. */
const tablesFirst = (inputs: Stage['inputs']): Stage['inputs'] => [
  ...inputs.filter(({ role }) => role === 'table'),
  ...inputs.filter(({ role }) => role !== 'table'),
]

/** Steps that lay windows over keys: in one stage with the sources where these have the keys. */
const windowSteps: ReadonlySet<string> = new Set(['aggregate', 'aggregates', 'frequent'])

function refuseUnlikeInputs(stage: Stage, { partitionsOf }: TaskDependencies): void {
  const [first, ...others] = stage.inputs
  if (first === undefined) throw new Error(`stage ${stage.id} has no inputs: make stages with plan()`)
  const joins = others.some(({ role }) => role === 'table' || role === 'other-side')
  if (!joins && !stage.steps.some(({ kind }) => windowSteps.has(kind))) return
  const expected = partitionsOf(first.topic.name)
  for (const { topic } of others) {
    const partitions = partitionsOf(topic.name)
    if (partitions !== expected) {
      throw new Error(
        `stage ${stage.id} ${joins ? 'joins' : 'has windows over'} ${first.topic.name}, which has ${expected} partitions, ${joins ? 'with' : 'and'} ${topic.name}, which has ${partitions}: records with equal keys would not meet; give both the same number`,
      )
    }
  }
}
