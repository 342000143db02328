import { type Control, controlHeaders } from './in-band.js'
import type { InputBuffer } from './input-buffer.js'
import type { OperatorNode } from './operator-node.js'
import { taskStore } from './plan.js'
import type { OutgoingRecord } from './ports/log.js'
import type { Stage, StageInput, TaskDependencies } from './stage.js'
import type { StateStore } from './store.js'
import type { Duration, Timestamp } from './time.js'
import type { Partition, Topic, TopicName } from './topic.js'
import type { Watermark } from './watermark.js'
import { type WatermarkSnapshot, type WatermarkSource, WatermarkTracker } from './watermark-tracker.js'

/** What a task remembers of time across restarts. */
interface SavedTime {
  readonly streamTimes: readonly (readonly [input: string, time: Timestamp])[]
  readonly watermarks: WatermarkSnapshot
  readonly idleProducers: readonly string[]
  readonly told: Watermark | null
  /** Of a task that reads several partitions of a topic: which inputs those were. */
  readonly inputs?: readonly string[]
  readonly floor?: Timestamp | null
}

const entry = 'time'

/** What is remembered as text, in all and without the combined stream time, which the clock may move. */
function textsOf(saved: SavedTime): { readonly whole: string; readonly shown: string } {
  const shown = JSON.stringify({ ...saved, watermarks: { ...saved.watermarks, combined: null } })
  return { whole: `${shown}${saved.watermarks.combined}`, shown }
}

/** A task that is behind gives early updates at most this often, in milliseconds of processing time. */
const updatesWhileBehind = 10_000

/** The stream times of one task: of each input, combined, and as told to the next stage. */
export class TaskTime {
  readonly #tracker: WatermarkTracker
  readonly #sources: readonly WatermarkSource[]
  readonly #store: StateStore<SavedTime>
  readonly #idleProducers = new Set<string>()
  /** Of those, the ones of which it is not known yet whether they still are. */
  readonly #doubted = new Set<string>()
  /** Where the next stage reads; null when no stage follows. */
  readonly #next: { readonly topic: TopicName; readonly partitions: number } | null
  /** How far results may be behind the stream time of this task. */
  readonly #delay: number
  /** What the next stage was told last. */
  #told: Watermark | null = null
  #saved = { whole: '', shown: '' }
  /** Processing time before which no early updates are given, because the task is behind. */
  #updatesFrom: Timestamp | null = null
  /** Processing time at which the combined stream time was last brought up to date. */
  #advancedAt: Timestamp = 0
  /** The highest stream time of the inputs that move it, by their partition. */
  readonly #highest: Timestamp[] = []
  /**
   * How far the task had come when partitions were added to its inputs. What comes from there may be of any time, and
   * results up to here are final: it takes this stream time, as it would have in its old partition. Null: none were.
   */
  #floor: Timestamp | null = null

  constructor(
    stage: Stage,
    private readonly partition: Partition,
    dependencies: TaskDependencies,
    private readonly buffers: readonly InputBuffer[],
    private readonly operators: readonly OperatorNode[],
  ) {
    this.#sources = buffers.flatMap((buffer) => sourcesOf(buffer.input, buffer.id, stage, dependencies))
    this.#tracker = new WatermarkTracker(this.#sources, dependencies.settings.idleAfter)
    const last = stage.steps.at(-1)
    this.#next = last?.kind === 'keyBy' ? repartitionOf(last.topic, dependencies) : null
    this.#delay = operators.reduce((sum, { operator }) => sum + (operator.delay ?? 0), 0)
    this.#store = dependencies.openStore(taskStore)
    this.#restore(this.#store.get(entry))
  }

  /** The combined stream time so far; null before the first record. */
  get combined(): Timestamp | null {
    return this.#tracker.combined
  }

  /** Processing time at which something will be due although nothing arrives; null when nothing will. */
  get wakeAt(): Timestamp | null {
    if (this.#doubted.size > 0) return this.#advancedAt
    const times: Timestamp[] = []
    const add = (time: Timestamp | null | undefined): void => {
      if (time !== null && time !== undefined) times.push(time)
    }
    add(this.#tracker.wakeAt)
    for (const { operator } of this.operators) {
      if (operator.wakeAt !== null) add(Math.max(operator.wakeAt, this.#updatesFrom ?? 0))
      if (operator.nextFinal !== null && operator.nextFinal !== undefined)
        add(this.#tracker.clockAt(operator.nextFinal))
    }
    return times.length === 0 ? null : Math.min(...times)
  }

  /**
   * Stream time of a record that is taken now. That of a topic which does not hold the watermark back is the highest
   * that the other inputs of its partition have shown so far, where none has such a partition the lowest of all, or its
   * own timestamp if that is higher: the same in any run, as the order in which inputs are taken is.
   */
  observe(buffer: InputBuffer, timestamp: Timestamp): Timestamp {
    const own = buffer.observe(timestamp)
    const { partition } = buffer.at
    const highest = this.#highest[partition]
    if (buffer.input.watermark === 'none')
      return Math.max(timestamp, highest ?? this.#shownByAll() ?? timestamp, this.#floor ?? timestamp)
    if (highest === undefined || own > highest) this.#highest[partition] = own
    if (buffer.input.role === 'repartition') return timestamp
    return this.#floor === null || own > this.#floor ? own : this.#floor
  }

  /** The lowest stream time of the inputs that move it; null while one of them has none. */
  #shownByAll(): Timestamp | null {
    const times = this.buffers.filter(({ input }) => input.watermark === 'own').map(({ streamTime }) => streamTime)
    return times.reduce(
      (lowest, time) => (lowest === null || time === null ? null : Math.min(lowest, time)),
      times[0] ?? null,
    )
  }

  /**
   * A task of the stage before has said how far it is. That it is idle counts from the next look at what it has to read
   * on (`waking`): it may have woken up since, and what others wrote meanwhile may have come with its word.
   */
  heard({ producer, watermark }: Control, buffer: InputBuffer): void {
    const id = producerId(buffer.id, producer)
    this.#tracker.announce(id, watermark)
    if (watermark.kind === 'idle') {
      if (!this.#idleProducers.has(id)) this.#doubt(id)
      this.#idleProducers.add(id)
    } else this.#idleProducers.delete(id)
  }

  #doubt(id: string): void {
    this.#doubted.add(id)
    this.#tracker.waking(id, true)
  }

  /** The producers of a repartition topic that said last that they are idle. */
  idleProducers(topic: TopicName): readonly number[] {
    return this.#producersOf(topic).flatMap(({ id, producer }) => (this.#idleProducers.has(id) ? [producer] : []))
  }

  /** Which of them have something to read again. */
  waking(topic: TopicName, producers: ReadonlySet<number>): void {
    for (const { id, producer } of this.#producersOf(topic)) {
      this.#doubted.delete(id)
      this.#tracker.waking(id, producers.has(producer))
    }
  }

  #producersOf(topic: TopicName): readonly { readonly id: string; readonly producer: number }[] {
    return this.buffers
      .filter(({ input, at }) => input.role === 'repartition' && at.topic === topic)
      .flatMap((buffer) =>
        this.#sources
          .filter(({ kind, id }) => kind === 'producer' && id.startsWith(`${buffer.id}<`))
          .map(({ id }) => ({ id, producer: Number(id.slice(buffer.id.length + 1)) })),
      )
  }

  /** Processing time has gone further than time: whoever was silent was not silent for longer. */
  jumped(by: Duration): void {
    this.#tracker.jumped(by)
  }

  /** Brings the combined stream time up to date after the records of a run. */
  advance(now: Timestamp): Timestamp | null {
    this.#advancedAt = now
    for (const { id, atEnd, unused, size, streamTime, input, shown } of this.buffers) {
      if (input.role === 'repartition') continue
      if (shown && streamTime !== null) this.#tracker.observe(id, streamTime)
      if (atEnd && size === 0) this.#tracker.atEnd(id, now, unused)
      else this.#tracker.notAtEnd(id)
    }
    return this.#tracker.advance(now)
  }

  /** Whether early updates may be given now: while the task is behind, the last ones are long ago. */
  updatesAt(now: Timestamp, behind: boolean): boolean {
    if (!behind) {
      this.#updatesFrom = null
      return true
    }
    // A clock that was set back must not silence them for as long as the jump.
    const latest = now + updatesWhileBehind
    this.#updatesFrom = Math.min(this.#updatesFrom ?? latest, latest)
    if (now < this.#updatesFrom) return false
    this.#updatesFrom = latest
    return true
  }

  /** Control records for every partition of the next stage when there is something new to say; else none. */
  announcements(now: Timestamp): readonly OutgoingRecord[] {
    const watermark = this.#watermark(now)
    if (this.#next === null || watermark === null || same(watermark, this.#told)) return []
    // Who falls silent says first how far it had come: the next stage moves on from there when all are silent.
    const reached = watermark.kind === 'idle' ? this.#reached() : null
    this.#told = watermark
    return [...(reached === null ? [] : this.#toAll(reached)), ...this.#toAll(watermark)]
  }

  /**
   * Writes what must outlive a restart; gives whether it is worth a commit of its own. While all are silent the clock
   * moves the stream time at every look: by itself that changes nothing, and what it closes is an output.
   */
  save(): boolean {
    const state: SavedTime = {
      streamTimes: this.buffers.flatMap(({ id, streamTime }) =>
        streamTime === null ? [] : [[id, streamTime] as const],
      ),
      watermarks: this.#tracker.snapshot(),
      idleProducers: [...this.#idleProducers],
      told: this.#told,
      ...(this.#isWide && { inputs: this.buffers.map(({ id }) => id), floor: this.#floor }),
    }
    const texts = textsOf(state)
    if (texts.whole === this.#saved.whole) return false
    const byClockAlone = texts.shown === this.#saved.shown && this.#tracker.isSilent
    this.#store.put(entry, state)
    this.#saved = texts
    return !byClockAlone
  }

  #restore(saved: SavedTime | undefined): void {
    if (saved === undefined) return
    const streamTimes = new Map(saved.streamTimes)
    for (const buffer of this.buffers) {
      buffer.streamTime = streamTimes.get(buffer.id) ?? null
      const { partition } = buffer.at
      if (buffer.streamTime !== null && buffer.input.watermark === 'own')
        this.#highest[partition] = Math.max(buffer.streamTime, this.#highest[partition] ?? 0)
    }
    this.#tracker.restore(saved.watermarks)
    for (const id of saved.idleProducers) {
      this.#idleProducers.add(id)
      this.#tracker.announce(id, { kind: 'idle' })
    }
    this.#told = saved.told
    this.#saved = textsOf(saved)
    this.#floor = saved.floor ?? null
    const known = new Set(saved.inputs ?? this.buffers.filter(({ at }) => at.partition === this.partition).map(idOf))
    if (!this.buffers.every(({ id }) => known.has(id))) this.#floor = this.combined
  }

  get #isWide(): boolean {
    return this.buffers.some(({ at }) => at.partition !== this.partition)
  }

  #watermark(now: Timestamp): Watermark | null {
    if (this.#sources.every(({ id, kind }) => kind === 'none' || this.#tracker.isIdle(id, now))) return { kind: 'idle' }
    return this.#reached()
  }

  #reached(): Watermark | null {
    return this.combined === null ? null : { kind: 'at', time: Math.max(0, this.combined - this.#delay) }
  }

  #toAll(watermark: Watermark): readonly OutgoingRecord[] {
    if (this.#next === null) return []
    const { topic, partitions } = this.#next
    const headers = controlHeaders({ producer: this.partition, watermark })
    const timestamp = this.combined ?? 0
    return Array.from({ length: partitions }, (_, partition) => ({
      topic,
      partition: partition as Partition,
      key: null,
      value: null,
      timestamp,
      headers,
    }))
  }
}

const idOf = ({ id }: InputBuffer): string => id

const producerId = (input: string, producer: number): string => `${input}<${producer}`

function sourcesOf(
  { role, watermark, producers }: StageInput,
  id: string,
  stage: Stage,
  { partitionsOf }: TaskDependencies,
): readonly WatermarkSource[] {
  if (role !== 'repartition') return [{ id, kind: watermark === 'own' ? 'records' : 'none' }]
  if (producers.length === 0) throw new Error(`stage ${stage.id} does not know who writes its input: use plan()`)
  const count = Math.max(...producers.map(partitionsOf))
  return Array.from({ length: count }, (_, producer) => ({ id: producerId(id, producer), kind: 'producer' }))
}

const repartitionOf = ({ name }: Topic<unknown>, { partitionsOf }: TaskDependencies) => ({
  topic: name,
  partitions: partitionsOf(name),
})

const same = (one: Watermark, other: Watermark | null): boolean =>
  other !== null && (one.kind === 'at' ? other.kind === 'at' && one.time === other.time : other.kind === 'idle')
