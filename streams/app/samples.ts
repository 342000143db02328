import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFile } from '../../connectors/file.js'
import { replay } from '../../connectors/replay.js'
import { rebased } from '../../connectors/timeline.js'
import { posts } from '../../schemas/topics.js'
import type { Config } from '../config.js'
import type { Timestamp } from '../engine/time.js'
import { projectPath } from '../project.js'
import { type Clock, sleepUntil } from '../runtime/clock.js'
import { letterOf, readyFor } from './ingest.js'
import type { Instance } from './instance.js'

/** How the shipped posts are told again; kept in the data folder so that a restart goes on where it was. */
interface SampleState {
  /** The post of this time is told at `startedAt`; earlier ones are the past that charts begin with. */
  readonly anchor: Timestamp
  readonly startedAt: Timestamp
  readonly speed: number
  readonly total: number
  /** Posts before the anchor. */
  readonly past: number
  /** Lines that were acknowledged. */
  readonly line: number
}

export type SampleProgress = Pick<SampleState, 'total' | 'past' | 'line'>

const file = projectPath('samples/posts.jsonl.gz')
/** Share of the posts that are told at once, as the past. */
const pastShare = 0.45
/** Mean time between two posts after that, in milliseconds: a pace that a person can watch. */
const pace = 4_000

const stateFile = (config: Config) => join(config.dataDir, 'samples.json')

/**
 * Replays the shipped posts into an engine that has none of its own: the past at once, the rest at a pace that a
 * person can watch, each with the moment of its telling for its time and marked as simulated.
 * @returns null when the engine holds other posts, the samples are switched off, or the log is on Kafka
 */
export async function startSamples(
  config: Config,
  instance: Instance,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ progress(): SampleProgress; readonly done: Promise<void> } | null> {
  // Topics on Kafka may be read by others too.
  if (!config.samples || config.backend === 'kafka') return null
  const resumed = existsSync(stateFile(config))
  const empty = (await instance.positions(posts.name)).every(({ end }) => end === 0)
  if (!resumed && !empty) return null
  let state: SampleState = resumed
    ? JSON.parse(readFileSync(stateFile(config), 'utf8'))
    : await plannedState(config, clock.now())
  keep(config, state)
  const done = replay(
    readFile(file, config.maxValueBytes),
    {
      ready: (fields) => readyFor(posts.name, fields),
      append: (records) => instance.append(records),
      refuse: (refusals) =>
        instance.append(
          refusals.map((refusal) => letterOf(refusal, posts.name, 'samples/posts.jsonl.gz', clock.now())),
        ),
    },
    {
      mapping: {},
      timeline: () => rebased(state.speed, state.anchor, state.startedAt),
      now: clock.now,
      signal,
      after: state.line,
      batch: 500,
      waitUntil: (moment) => sleepUntil(clock, moment, signal),
      onProgress: ({ line }) => {
        state = { ...state, line }
        keep(config, state)
      },
    },
  ).then(() => {})
  return { progress: () => state, done }
}

async function plannedState(config: Config, now: Timestamp): Promise<SampleState> {
  const times: Timestamp[] = []
  for await (const item of readFile(file, config.maxValueBytes)) {
    const ready = item.kind === 'fields' ? readyFor(posts.name, item.fields) : ''
    if (typeof ready !== 'string') times.push(ready.time)
  }
  const past = Math.floor(times.length * pastShare)
  const anchor = times[past] ?? now
  const rest = Math.max(1, times.length - past)
  const speed = Math.max(1, ((times.at(-1) ?? anchor) - anchor) / (rest * pace))
  return { anchor, startedAt: now, speed, total: times.length, past, line: 0 }
}

function keep(config: Config, state: SampleState): void {
  writeFileSync(`${stateFile(config)}.new`, JSON.stringify(state))
  renameSync(`${stateFile(config)}.new`, stateFile(config))
}
