import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSerdes } from '../schemas/serdes.js'
import { deadLetters, late } from '../schemas/topics.js'
import { type EmbeddedBackend, openEmbeddedBackend } from '../streams/embedded/backend.js'
import { topology } from '../streams/engine/builder.js'
import { deadLetter, drop, forward } from '../streams/engine/outcome.js'
import { plan, taskCount } from '../streams/engine/plan.js'
import type { Aggregate, Processor } from '../streams/engine/processor.js'
import { noHeaders, withValue } from '../streams/engine/record.js'
import { createTask } from '../streams/engine/task.js'
import { days } from '../streams/engine/time.js'
import { offset, partition, topic } from '../streams/engine/topic.js'
import type { Decoder } from '../streams/engine/topology.js'
import { encodeUtf8 } from '../streams/engine/utf8.js'
import { tumbling } from '../streams/engine/window.js'
import { systemClock } from '../streams/runtime/clock.js'
import { Lineage } from '../streams/runtime/lineage.js'
import { TaskRunner } from '../streams/runtime/task-runner.js'

const partitions = 4
const events = topic<string>('events', 'string')
const counts = topic<number>('counts', 'internal')
const letters = { late: { ...late, schema: 'internal' }, dead: { ...deadLetters, schema: 'internal' } }
const start = Date.UTC(2026, 0, 1)

const text: Decoder<string> = {
  name: 'text',
  decode: (value, record) => (typeof value === 'string' ? forward(withValue(record, value)) : drop('null-value')),
}
const visits: Processor<number, string, string> = {
  name: 'visits',
  onRecord: (state = 0, record) => [state + 1, [forward(record)]],
}
const count: Aggregate<string, { count: number }, number> = {
  name: 'count',
  initial: () => ({ count: 0 }),
  add: (sum) => {
    sum.count += 1
    return sum
  },
  merge: (into, other) => {
    into.count += other.count
    return into
  },
  result: (sum) => sum.count,
}

/** Every key has a value that stays and a window that is open. */
const sentence = topology('restart')
  .from(events)
  .decode(text, { otherwise: deadLetter })
  .process(visits, { expireAfter: null })
  .keyBy(function itself(value) {
    return value
  })
  .window(tumbling({ size: days(30), grace: 0 }))
  .aggregate(count)
  .to(counts)

/**
 * How soon an engine that holds a million keys gives its first result again: from the start of a new process over the
 * folder to the first output of a record that comes then. Each key has two entries of state, one in each stage.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keys: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '5' },
      dir: { type: 'string' },
    },
  })
  if (values.dir !== undefined) return firstOutput(values.dir)
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  try {
    const keys = Number(values.keys)
    const began = performance.now()
    await fill(dir, keys)
    const fillSeconds = (performance.now() - began) / 1_000
    const seconds: number[] = []
    for (let run = 0; run < Number(values.runs); run += 1) {
      seconds.push(await restart(dir))
    }
    const median = seconds.toSorted((one, other) => one - other)[Math.floor(seconds.length / 2)]
    return { bench: 'state-restart', keys, restart_seconds: median, runs: seconds, fill_seconds: round(fillSeconds) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function fill(dir: string, keys: number): Promise<void> {
  const backend = await openEmbeddedBackend({ dir })
  const tasks = await startTasks(backend)
  for (let at = 0; at < keys; at += 20_000) {
    await backend.log.append(Array.from({ length: Math.min(20_000, keys - at) }, (_, index) => event(at + index)))
  }
  while ((await tasks.lag()) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  await tasks.stop()
  await backend.close()
}

/** Runs this benchmark in a process of its own; gives the seconds from its start until it has seen an output. */
async function restart(dir: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [String(process.argv[1]), 'state-restart', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let seconds: number | null = null
  child.stdout.on('data', (bytes: Buffer) => {
    if (String(bytes).includes('first output')) seconds ??= round((performance.now() - started) / 1_000)
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (status !== 0 || seconds === null) throw new Error(`the restarted process ended with status ${status}`)
  return seconds
}

async function firstOutput(dir: string): Promise<object> {
  const backend = await openEmbeddedBackend({ dir })
  const ends = new Map<number, number>()
  const place = (index: number) => ({ topic: counts.name, partition: partition(index) })
  const tasks = await startTasks(backend)
  for (let index = 0; index < partitions; index += 1) ends.set(index, (await backend.log.bounds(place(index))).end)
  const written = new Promise<void>((resolve) => {
    const stop = backend.log.onAppend([counts.name], () => {
      stop()
      resolve()
    })
  })
  await backend.log.append([event(7)])
  await written
  process.stdout.write('first output\n')
  const at = [...ends].map(([index, end]) => ({ at: place(index), from: offset(end) }))
  const fetched = await backend.log.fetch(at, { records: 1, bytes: 1_000 })
  await tasks.stop()
  await backend.close()
  return {
    outputs: fetched.flatMap(({ records }) => records).length,
    resident_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
}

const event = (index: number) => {
  const key = `key-${index}`
  return {
    topic: events.name,
    key: encodeUtf8(key),
    value: encodeUtf8(key),
    timestamp: start + index,
    headers: noHeaders,
  }
}

async function startTasks(backend: EmbeddedBackend) {
  const stages = plan(sentence)
  const topics = [
    events,
    counts,
    letters.late,
    letters.dead,
    ...stages.flatMap(({ inputs }) => inputs.map((input) => input.topic)),
  ]
  for (const each of topics) await backend.log.createTopic(each, partitions)
  const serdes = await createSerdes(backend.registry, new Map(), topics)
  const partitionsOf = () => partitions
  const lineage = new Lineage(backend.log, stages, partitionsOf)
  const stop = new AbortController()
  const runners = stages.flatMap((stage) =>
    Array.from({ length: taskCount(stage, partitionsOf) }, (_, index) =>
      new TaskRunner(stage, partition(index), {
        backend,
        clock: systemClock,
        services: new Map(),
        observer: {
          committed: () => {},
          lost: () => {},
          failed: (_stage, _partition, error) => {
            throw error
          },
        },
        offsetReset: 'none',
        prepare: async () => {},
        createTask: (of, at, openStore) =>
          createTask(of, at, {
            serdes,
            openStore,
            partitionsOf,
            lateTopic: letters.late,
            deadLetterTopic: letters.dead,
            settings: {
              idleAfter: null,
              bufferedRecords: 20_000,
              timestamps: { from: 0, aheadOfClock: days(365 * 100) },
              maxValueBytes: 1_000,
            },
          }),
        maxFetchBytes: 16 * 2 ** 20,
        partitionsOf,
        drained: (name) => lineage.drained(name),
        isUnused: (name) => lineage.isUnused(name),
        isFed: (name) => lineage.isFed(name),
        isRead: (name) => lineage.isRead(name),
        backlog: (name) => lineage.backlog(name),
        commitInterval: 300,
      }).run(stop.signal),
    ),
  )
  return {
    lag: () => lineage.backlog(counts.name),
    stop: async () => {
      stop.abort()
      await Promise.all(runners)
    },
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
