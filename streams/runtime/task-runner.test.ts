import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSerdes } from '../../schemas/serdes.js'
import { manualClock } from '../../tests/support/manual-clock.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { type EmbeddedBackend, openEmbeddedBackend } from '../embedded/backend.js'
import { topology } from '../engine/builder.js'
import { flushedValue } from '../engine/keyed-state.js'
import { deadLetter, forward } from '../engine/outcome.js'
import { batchesOf, recordsOf } from '../engine/outgoing-records.js'
import { plan } from '../engine/plan.js'
import type { Backend, OutgoingRecord } from '../engine/ports/log.js'
import { noHeaders, withValue } from '../engine/record.js'
import { createTask } from '../engine/task.js'
import { offset, partition, topic } from '../engine/topic.js'
import { encodeUtf8 } from '../engine/utf8.js'
import { TaskRunner } from './task-runner.js'

const words = topic<string>('words', 'string')
const copies = topic<string>('copies', 'string')
const letters = topic<unknown>('letters', 'internal')
/** Copies each word, with something behind it. */
const sentence = (behind: string) =>
  topology('copy')
    .from(words)
    .decode(
      { name: 'word', decode: (value, record) => forward(withValue(record, String(value) + behind)) },
      { otherwise: deadLetter },
    )
    .process(
      { name: 'counted', onRecord: (state: number | undefined, record) => [(state ?? 0) + 1, [forward(record)]] },
      { expireAfter: null },
    )
    .to(copies)
const records = 5_000
const at = { topic: copies.name, partition: partition(0) }

describe('a runner of a task', () => {
  const scratch = scratchFolder()
  let backend: EmbeddedBackend
  let folders = 0
  afterAll(() => scratch.remove())
  beforeEach(async () => {
    backend = await openEmbeddedBackend({ dir: `${scratch.dir}/${folders++}` })
    for (const each of [words, copies, letters]) await backend.log.createTopic(each, 1)
    await backend.log.append(
      Array.from({ length: records }, (_, index) => ({
        topic: words.name,
        key: encodeUtf8(`${index % 7}`),
        value: encodeUtf8(`${index}`),
        timestamp: index,
        headers: noHeaders,
      })),
    )
  })
  afterEach(() => backend.close())

  /** Runs until everything was committed; gives the numbers of records of each commit, and the failures. */
  async function run(
    commitInterval: number,
    over: Backend = backend,
    behind = '',
    made: (runner: TaskRunner) => void = () => {},
  ) {
    const [stage] = plan(sentence(behind))
    if (stage === undefined) throw new Error('the plan has one stage')
    const serdes = await createSerdes(backend.registry, new Map(), [words, copies, letters])
    const commits: number[] = []
    const failures: string[] = []
    const stop = new AbortController()
    const clock = manualClock()
    const runner = new TaskRunner(stage, partition(0), {
      backend: over,
      clock,
      services: new Map(),
      observer: {
        committed: ({ fates }) => {
          commits.push(fates.read)
          if (commits.reduce((sum, count) => sum + count) >= records) stop.abort()
        },
        lost: () => {},
        failed: (_stage, _partition, error) => {
          failures.push(error.message)
          setImmediate(() => clock.advance(clock.now() + 1_000))
        },
      },
      prepare: async () => {},
      createTask: (of, index, openStore) =>
        createTask(of, index, {
          serdes,
          openStore,
          partitionsOf: () => 1,
          lateTopic: letters,
          deadLetterTopic: letters,
          settings: {
            idleAfter: null,
            bufferedRecords: 20_000,
            timestamps: { from: 0, aheadOfClock: 1_000_000 },
            maxValueBytes: 1_000,
          },
        }),
      maxFetchBytes: behind === '' ? 1_000_000 : 2_000,
      partitionsOf: () => 1,
      drained: async () => true,
      isUnused: async () => false,
      isFed: () => false,
      isRead: () => false,
      backlog: async () => 0,
      commitInterval,
      offsetReset: 'none',
    })
    made(runner)
    await runner.run(stop.signal)
    const [read] = await backend.log.fetch([{ at, from: offset(0) }], { records: 2 * records, bytes: 10_000_000 })
    const values = (read?.records ?? []).map(({ value }) => new TextDecoder().decode(value ?? new Uint8Array()))
    return { commits, failures, values }
  }

  const expected = Array.from({ length: records }, (_, index) => `${index}`)

  it('commits several runs together while there is more to read, and what is left when there is not', async () => {
    const { commits, values } = await run(1_000_000)
    expect(commits).toEqual([records])
    expect(values).toEqual(expected)
  })

  it('commits each run without an interval', async () => {
    const { commits, values } = await run(0)
    expect(commits.length).toBeGreaterThan(1)
    expect(values).toEqual(expected)
  })

  it('answers between two commits: what the one under way brings is told when it is through, or not at all', async () => {
    let ask: () => Promise<unknown> = async () => undefined
    const asked: Promise<unknown>[] = []
    const events: string[] = []
    let attempts = 0
    const slow: Backend = {
      ...backend,
      log: backend.log,
      maintain: (now) => backend.maintain(now),
      close: () => backend.close(),
      openSession: async (task) => {
        const session = await backend.openSession(task)
        return {
          positions: session.positions,
          store: (name) => session.store(name),
          committed: (name) => session.committed(name),
          close: () => session.close(),
          commit: async (commit) => {
            attempts += 1
            await new Promise((resolve) => setImmediate(resolve))
            asked.push(ask().then((answer) => events.push(`told ${JSON.stringify(answer)}`)))
            await new Promise((resolve) => setImmediate(resolve))
            events.push('commit')
            if (attempts === 1) throw new Error('no room')
            await session.commit(commit)
          },
        }
      },
    }
    await run(1_000_000, slow, '', (runner) => {
      ask = () => runner.committed((open) => flushedValue(open('counted'), '3') ?? 'nothing')
    })
    await Promise.all(asked)
    expect(events).toEqual(['commit', 'told null', 'commit', `told ${Math.ceil((records - 3) / 7)}`])
    expect(await ask()).toBeNull()
  })

  it('does all runs of a failed commit again, and writes their outputs once', async () => {
    let attempts = 0
    const failing: Backend = {
      ...backend,
      log: backend.log,
      maintain: (now) => backend.maintain(now),
      close: () => backend.close(),
      openSession: async (task) => {
        const session = await backend.openSession(task)
        return {
          positions: session.positions,
          store: (name) => session.store(name),
          committed: (name) => session.committed(name),
          close: () => session.close(),
          commit: (commit) => {
            attempts += 1
            return attempts === 1 ? Promise.reject(new Error('no room')) : session.commit(commit)
          },
        }
      },
    }
    const { commits, failures, values } = await run(1_000_000, failing)
    expect(failures).toEqual(['no room'])
    expect(commits).toEqual([records])
    expect(values).toEqual(expected)
  })

  /** Hears of each time that outputs are sent ahead, and may throw; they are committed with the rest. */
  const sending = (heard: () => void): Backend => ({
    ...backend,
    log: backend.log,
    maintain: (now) => backend.maintain(now),
    close: () => backend.close(),
    openSession: async (task) => {
      const session = await backend.openSession(task)
      const sent: OutgoingRecord[] = []
      return {
        positions: session.positions,
        store: (name) => session.store(name),
        committed: (name) => session.committed(name),
        close: () => session.close(),
        send: async (outputs) => {
          heard()
          sent.push(...outputs.flatMap(recordsOf))
        },
        commit: async (commit) => {
          const outputs = [...sent.splice(0), ...commit.outputs.flatMap(recordsOf)]
          await session.commit({ ...commit, outputs: batchesOf(outputs, () => 1) })
        },
      }
    },
  })
  const long = 'x'.repeat(1_000)

  it('sends outputs ahead of a near commit, each once and in order, also after a failure', async () => {
    let sends = 0
    const { commits, failures, values } = await run(
      5_000,
      sending(() => {
        sends += 1
        if (sends === 3) throw new Error('gone')
      }),
      long,
    )
    expect(failures).toEqual(['gone'])
    expect(commits.reduce((sum, count) => sum + count)).toBe(records)
    expect(sends).toBeGreaterThan(6)
    expect(values).toEqual(expected.map((value) => value + long))
  })

  it('sends nothing ahead of a commit that is far', async () => {
    let sends = 0
    const { values } = await run(
      60_000,
      sending(() => {
        sends += 1
      }),
      long,
    )
    expect(sends).toBe(0)
    expect(values).toEqual(expected.map((value) => value + long))
  })
})
