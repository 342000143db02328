import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { topology } from '../../streams/engine/builder.js'
import { deadLetter } from '../../streams/engine/outcome.js'
import { plan, taskCount } from '../../streams/engine/plan.js'
import type { Backend, OutgoingRecord } from '../../streams/engine/ports/log.js'
import { noHeaders } from '../../streams/engine/record.js'
import type { Stage } from '../../streams/engine/stage.js'
import { createTask } from '../../streams/engine/task.js'
import { jsonSerdes } from '../../streams/engine/testing/json-serdes.js'
import { type Mention, mention, type Post, term, terms, trend } from '../../streams/engine/testing/trends-sentence.js'
import { minutes, seconds } from '../../streams/engine/time.js'
import { partition, partitionId, topic } from '../../streams/engine/topic.js'
import { finalOnly } from '../../streams/engine/topology.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { hopping } from '../../streams/engine/window.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { Lineage } from '../../streams/runtime/lineage.js'
import { TaskRunner } from '../../streams/runtime/task-runner.js'
import { type BackendPlace, partitionOf, readAll } from '../support/backends.js'
import { embeddedPlace } from '../support/embedded-place.js'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'

const partitions = 3
const name = `golden-${randomUUID().slice(0, 8)}`
const posts = topic<Post>(`${name}-posts`, 'posts')
const trends = topic<unknown>(`${name}-trends`, 'trends')
const letters = topic<unknown>(`${name}-letters`, 'internal')

const sentence = topology(name)
  .from(posts)
  .decode(mention, { otherwise: deadLetter })
  .flatMapValues((value) => ('text' in value ? terms(value as Mention) : []))
  .keyBy(term)
  .window(hopping({ size: minutes(10), advance: minutes(2), grace: seconds(30) }))
  .aggregate(trend, { updates: finalOnly })
  .to(trends)

/** Posts of two hours, somewhat out of order; the last of each partition closes the windows of all others. */
function input(): readonly OutgoingRecord[] {
  const words = ['ceviche', 'anticucho', 'causa', 'picarones', 'pisco', 'ají']
  const record = (index: number, timestamp: number, text: string): OutgoingRecord => ({
    topic: posts.name,
    partition: partition(index % partitions),
    key: encodeUtf8(`post-${index}`),
    value: encodeUtf8(JSON.stringify({ text })),
    timestamp,
    headers: noHeaders,
  })
  const some = Array.from({ length: 1_500 }, (_, index) =>
    record(
      index,
      1_600_000_000_000 + index * 5_000 - ((index * 7919) % 40_000),
      `${words[index % 6]} ${words[index % 5]}`,
    ),
  )
  const last = Array.from({ length: partitions }, (_, index) => record(index, 1_600_090_000_000, 'fin'))
  return [...some, ...last]
}

/** Runs all tasks over the backend until everything was read. */
async function run(backend: Backend, fetchBytes: number): Promise<readonly string[]> {
  const { log } = backend
  const stages = plan(sentence)
  const between = stages.flatMap(({ inputs }) => inputs.filter(({ role }) => role === 'repartition'))
  for (const each of [posts, trends, letters, ...between.map((found) => found.topic)])
    await log.createTopic(each, partitions)
  const records = input()
  for (let from = 0; from < records.length; from += 400) await log.append(records.slice(from, from + 400))
  const lineage = new Lineage(log, stages, () => partitions)
  const stop = new AbortController()
  const failures: string[] = []
  const looks: Promise<void>[] = []
  const look = async () => {
    if (await readToEnd(backend, stages)) stop.abort()
  }
  const runners = stages.flatMap((stage) =>
    Array.from(
      { length: taskCount(stage, () => partitions) },
      (_, index) =>
        new TaskRunner(stage, partition(index), {
          backend,
          clock: systemClock,
          services: new Map(),
          observer: {
            committed: () => looks.push(look()),
            lost: () => {},
            failed: (_stage, _partition, error) => failures.push(error.message),
          },
          prepare: async () => {},
          createTask: (of, at, openStore) =>
            createTask(of, at, {
              serdes: jsonSerdes,
              openStore,
              partitionsOf: () => partitions,
              lateTopic: letters,
              deadLetterTopic: letters,
              settings: {
                idleAfter: null,
                bufferedRecords: 500,
                timestamps: { from: 0, aheadOfClock: 1_000_000 },
                maxValueBytes: 1_000,
              },
            }),
          maxFetchBytes: fetchBytes,
          partitionsOf: () => partitions,
          drained: (asked) => lineage.drained(asked),
          isUnused: (asked) => lineage.isUnused(asked),
          isFed: (asked) => lineage.isFed(asked),
          isRead: (asked) => lineage.isRead(asked),
          backlog: (asked) => lineage.backlog(asked),
          commitInterval: 20,
          offsetReset: 'none',
        }),
    ),
  )
  await Promise.all(runners.map((runner) => runner.run(stop.signal)))
  await Promise.all(looks)
  expect(failures).toEqual([])
  const written = await Promise.all(
    Array.from({ length: partitions }, (_, index) => readAll(log, partitionOf(trends.name, index))),
  )
  // Results of one window stand in the order in which their keys were first heard of, which is nobody's promise.
  return written
    .flatMap((read, index) =>
      read.map(
        ({ key, value, timestamp }) => `${index} ${Buffer.from(key ?? [])} ${timestamp} ${Buffer.from(value ?? [])}`,
      ),
    )
    .sort()
}

async function readToEnd({ log }: Backend, stages: readonly Stage[]): Promise<boolean> {
  for (const { id, inputs } of stages)
    for (const { topic: read } of inputs) {
      const places = Array.from({ length: partitions }, (_, index) => partitionOf(read.name, index))
      const committed = await log.committed(id, places)
      for (const at of places) if ((committed.get(partitionId(at)) ?? 0) < (await log.bounds(at)).end) return false
    }
  return true
}

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('the same topology', () => {
  let embedded: BackendPlace
  let kafka: BackendPlace
  beforeAll(async () => {
    embedded = await embeddedPlace()
    kafka = await kafkaPlace()
  })
  afterAll(async () => {
    await embedded.remove()
    await kafka.remove()
  })

  it('writes the same records, byte for byte, on the embedded backend and on Kafka', async () => {
    const here = await run(await embedded.open(), 1_000_000)
    const there = await run(await kafka.open(), 20_000)
    expect(here.length).toBeGreaterThan(300)
    expect(there).toEqual(here)
  })
})
