import { MemoryStores } from '../../streams/engine/memory-store.js'
import type { Operator } from '../../streams/engine/operator.js'
import type { Aggregate, WindowContext } from '../../streams/engine/processor.js'
import { noHeaders, type StreamRecord } from '../../streams/engine/record.js'
import type { Timestamp } from '../../streams/engine/time.js'
import { offset, partition, topicName } from '../../streams/engine/topic.js'
import type { Updates } from '../../streams/engine/topology.js'
import type { Window, WindowSpec } from '../../streams/engine/window.js'
import { windowAggregate } from '../../streams/engine/windowing/aggregates.js'
import { openWindows } from '../../streams/engine/windowing/open-windows.js'

/** A record of a windowed step, shortened: its value is its place in the input. */
export interface Input {
  readonly key: string | null
  readonly timestamp: Timestamp
  readonly streamTime: Timestamp
}

/** Records of one partition, in the order of arrival: stream time is the highest timestamp so far. */
export function arriving(records: readonly (readonly [key: string | null, timestamp: Timestamp])[]): readonly Input[] {
  let streamTime = 0
  return records.map(([key, timestamp]) => {
    streamTime = Math.max(streamTime, timestamp)
    return { key, timestamp, streamTime }
  })
}

/** Timestamps of one key, in the order of arrival. */
export const keyed = (key: string, timestamps: readonly Timestamp[]): readonly Input[] =>
  arriving(timestamps.map((timestamp) => [key, timestamp]))

/** A result of a window: which records it was made of, by their places in the input. */
export interface Result {
  readonly key: string
  readonly window: Window
  readonly places: readonly number[]
  readonly timestamp: Timestamp
  readonly revision: number
  readonly standing: 'final' | 'update' | 'retraction'
}

export interface Output {
  readonly results: readonly Result[]
  readonly finals: readonly Result[]
  readonly late: readonly { readonly place: number; readonly window: Window }[]
  readonly partlyLate: readonly number[]
  readonly dropped: readonly (readonly [place: number, reason: string])[]
  /** What the store says at the end of the windows that are not closed. */
  readonly open: readonly Omit<Result, 'timestamp' | 'standing'>[]
}

/** When a run pauses after a record: to close what is due, to give updates, to flush, to begin anew over the store. */
export type Pause = 'close' | 'update' | 'flush' | 'restart'

export interface Run {
  readonly window: WindowSpec
  readonly inputs: readonly Input[]
  readonly updates?: Updates
  /** What happens after the record at each place; each further one includes those before it. */
  readonly pauses?: (place: number) => readonly Pause[]
  /** Combined stream time up to which the run may close after a record; absent: the stream time of the record. */
  readonly combined?: (place: number) => Timestamp
  readonly hotKeys?: number
  /** False: the aggregate cannot join accumulators, so that each window keeps its own. */
  readonly merge?: boolean
}

type Made = Pick<Result, 'places'> & WindowContext

/** Lists the places of the records in a window, changing accumulators in place as real aggregates do. */
const places: Aggregate<number, number[], Made> = {
  name: 'places',
  initial: () => [],
  add(accumulator, place) {
    accumulator.push(place)
    return accumulator
  },
  result: (accumulator, context) => ({ ...context, places: accumulator.toSorted((one, other) => one - other) }),
}

const mergingPlaces: typeof places = {
  ...places,
  name: 'merging places',
  merge(into, other) {
    into.push(...other)
    return into
  },
}

/** Drives the operator of one windowed step over its inputs, and closes at the end what stream time has passed. */
export function runWindows(run: Run): Output {
  let stores = new MemoryStores()
  const results: Result[] = []
  const late: Output['late'][number][] = []
  const partlyLate: number[] = []
  const dropped: Output['dropped'][number][] = []
  const place = (record: StreamRecord<unknown>): number => Number(record.origin.offset)
  const fates = {
    late: (record: StreamRecord<unknown>, window: Window) => void late.push({ place: place(record), window }),
    partlyLate: (record: StreamRecord<unknown>) => void partlyLate.push(place(record)),
    drop: (record: StreamRecord<unknown>, reason: string) => void dropped.push([place(record), reason]),
    deadLetter: (record: StreamRecord<unknown>, reason: string) => void dropped.push([place(record), reason]),
  }
  const emit = ({ value, timestamp }: StreamRecord<Made>): void => {
    const { key, window, revision, isFinal, retracted } = value
    const standing = isFinal ? 'final' : retracted === true ? 'retraction' : 'update'
    results.push({ key, window, places: value.places, timestamp, revision, standing })
  }
  const step = {
    name: 'step',
    window: run.window,
    aggregate: run.merge === false ? places : mergingPlaces,
    updates: run.updates ?? { kind: 'final-only' as const },
    store: 'windows',
  }
  const begin = (): Operator<number, Made> =>
    windowAggregate(step, {
      openStore: stores.open,
      fates,
      ...(run.hotKeys === undefined ? {} : { hotKeys: run.hotKeys }),
    })
  let operator = begin()
  let combined = 0
  run.inputs.forEach((input, at) => {
    operator.onRecord(streamRecord(input, at), emit)
    combined = Math.max(combined, run.combined?.(at) ?? input.streamTime)
    for (const pause of run.pauses?.(at) ?? []) {
      if (pause === 'close') operator.onStreamTime(combined, emit)
      if (pause === 'update') operator.onClock(at, emit)
      if (pause === 'flush' || pause === 'restart') operator.flush()
      if (pause !== 'restart') continue
      stores = stores.copy()
      operator = begin()
    }
  })
  operator.onStreamTime(combined, emit)
  operator.flush()
  const keys = new Set(run.inputs.flatMap(({ key }) => (key === null ? [] : [key])))
  const open = [...keys].flatMap((key) =>
    openWindows({ kind: 'aggregate', ...step }, stores.open, key).map(({ window, result }) => {
      // What the aggregate of this run gives.
      const made = result as Made
      return { key, window, places: made.places, revision: made.revision }
    }),
  )
  return { results, finals: results.filter(({ standing }) => standing === 'final'), late, partlyLate, dropped, open }
}

const topic = topicName('input')

const streamRecord = ({ key, timestamp, streamTime }: Input, at: number): StreamRecord<number> => ({
  key,
  value: at,
  timestamp,
  streamTime,
  headers: noHeaders,
  origin: { topic, partition: partition(0), offset: offset(at) },
})

/** The same input lived in five ways: whole, record by record, in batches, restarted half-way, and with little memory. */
export const lives: readonly (readonly [name: string, life: Pick<Run, 'pauses' | 'hotKeys'>])[] = [
  ['whole', {}],
  ['record by record', { pauses: () => ['close', 'flush'] }],
  ['in batches of three', { pauses: (at) => (at % 3 === 2 ? ['close', 'flush'] : []) }],
  ['restarted after every second record', { pauses: (at) => (at % 2 === 1 ? ['restart'] : ['close']) }],
  ['without hot keys', { pauses: () => ['close', 'flush'], hotKeys: 0 }],
]

/** Results in an order that says nothing of the order of keys. */
export const inOrder = (results: readonly Result[]): readonly Result[] =>
  results.toSorted((one, two) => one.window.end - two.window.end || (one.key < two.key ? -1 : 1))
