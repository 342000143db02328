import { describe, expect, it } from '@jest/globals'
import { topology } from '../../streams/engine/builder.js'
import { plan } from '../../streams/engine/plan.js'
import type { Backend } from '../../streams/engine/ports/log.js'
import type { Aggregate } from '../../streams/engine/processor.js'
import { noHeaders } from '../../streams/engine/record.js'
import type { Stage } from '../../streams/engine/stage.js'
import { createTask } from '../../streams/engine/task.js'
import { jsonSerdes } from '../../streams/engine/testing/json-serdes.js'
import { hours, minutes } from '../../streams/engine/time.js'
import { partition, partitionId, type TopicName, topic } from '../../streams/engine/topic.js'
import { finalOnly } from '../../streams/engine/topology.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { tumbling } from '../../streams/engine/window.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { Lineage } from '../../streams/runtime/lineage.js'
import { TaskRunner } from '../../streams/runtime/task-runner.js'
import { askedUntil } from '../support/asked-until.js'
import { type BackendPlace, newGroup, partitionOf, readAll } from '../support/backends.js'
import { embeddedPlace } from '../support/embedded-place.js'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'

const partitions = 2
const count: Aggregate<string, { sum: number }, number> = {
  name: 'count',
  initial: () => ({ sum: 0 }),
  add: ({ sum }) => ({ sum: sum + 1 }),
  result: ({ sum }) => sum,
}

/** A topology of two stages over topics of nobody else. */
function sentence() {
  const run = newGroup()
  const words = topic<string>(`${run}-words`, 'x.Word')
  const counts = topic<number>(`${run}-counts`, 'x.Count')
  const letters = topic<unknown>(`${run}-letters`, 'internal')
  const stages = plan(
    topology(run)
      .from(words)
      .filter((word): word is string => word !== null)
      .keyBy(() => 'all')
      .window(tumbling({ size: minutes(10), grace: 0 }))
      .aggregate(count, { updates: finalOnly })
      .to(counts),
  )
  const [first, second] = stages
  const repartition = second?.inputs[0]?.topic
  if (first === undefined || second === undefined || repartition === undefined)
    throw new Error('the sentence has two stages')
  return { words, counts, letters, stages, first, second, repartition }
}
type Sentence = ReturnType<typeof sentence>

const word = (name: TopicName, index: number, timestamp: number) => ({
  topic: name,
  partition: partition(index),
  key: encodeUtf8(`${timestamp}`),
  value: encodeUtf8('"w"'),
  timestamp,
  headers: noHeaders,
})

function runnerOf(
  { stages, letters }: Sentence,
  backend: Backend,
  [stage, index]: readonly [Stage, number],
  failed: (error: Error) => void,
): TaskRunner {
  const lineage = new Lineage(backend.log, stages, () => partitions)
  return new TaskRunner(stage, partition(index), {
    ...{ backend, clock: systemClock, services: new Map(), prepare: async () => {}, maxFetchBytes: 1_000_000 },
    ...{ partitionsOf: () => partitions, commitInterval: 20, offsetReset: 'none' },
    observer: { committed: () => {}, lost: () => {}, failed: (_, __, error) => failed(error) },
    createTask: (of, at, openStore) =>
      createTask(of, at, {
        ...{ serdes: jsonSerdes, openStore, partitionsOf: () => partitions },
        ...{ lateTopic: letters, deadLetterTopic: letters },
        settings: {
          ...{ idleAfter: 1, bufferedRecords: 500, maxValueBytes: 1_000 },
          timestamps: { from: 0, aheadOfClock: 0 },
        },
      }),
    isProducerBehind: (asked, producer) => lineage.isProducerBehind(asked, producer),
    drained: (asked) => lineage.drained(asked),
    isUnused: (asked) => lineage.isUnused(asked),
    isFed: (asked) => lineage.isFed(asked),
    isRead: (asked) => lineage.isRead(asked),
    backlog: (asked) => lineage.backlog(asked),
  })
}

/** Runs these tasks until that is so. */
async function runUntil(
  given: Sentence,
  backend: Backend,
  tasks: readonly (readonly [Stage, number])[],
  reached: () => Promise<boolean>,
) {
  const stop = new AbortController()
  const failures: Error[] = []
  const running = tasks.map((task) => runnerOf(given, backend, task, (error) => failures.push(error)).run(stop.signal))
  await askedUntil(reached, (is) => is)
  stop.abort()
  await Promise.all(running)
  expect(failures).toEqual([])
}

/** Whether the group has read these partitions of the topic to their ends, and there was something. */
async function read({ log }: Backend, group: string, name: TopicName, indexes: readonly number[]) {
  const places = indexes.map((index) => partitionOf(name, index))
  const committed = await log.committed(group, places)
  const ends = await Promise.all(places.map((at) => log.bounds(at)))
  return ends.every(({ end }, at) => end > 0 && committed.get(partitionId(places[at] ?? partitionOf(name, 0))) === end)
}

/** @param heard whether the second stage has read that all are silent before there is more to read */
const closesNoneTooEarly = async (made: Promise<BackendPlace>, heard: boolean): Promise<void> => {
  const place = await made
  const backend = await place.open()
  const given = sentence()
  const { words, counts, letters, first, second, repartition } = given
  for (const each of [words, counts, letters, repartition]) await backend.log.createTopic(each, partitions)
  const firsts = [0, 1].map((index) => [first, index] as const)
  const seconds = [0, 1].map((index) => [second, index] as const)
  const allHeard = () => read(backend, second.id, repartition.name, [0, 1])
  const said = async () => {
    const written = await Promise.all([0, 1].map((index) => readAll(backend.log, partitionOf(repartition.name, index))))
    return written.every(({ length }) => length >= firsts.length)
  }

  // all are silent, and have said so
  await runUntil(
    given,
    backend,
    heard ? [...firsts, ...seconds] : firsts,
    async () => (await said()) && (!heard || allHeard()),
  )
  // both partitions get an hour of words at once; the task of the second is slow
  const all = [0, 1].flatMap((index) => Array.from({ length: 60 }, (_, at) => word(words.name, index, minutes(at))))
  await backend.log.append([...all, word(words.name, 0, hours(1)), word(words.name, 1, hours(1))])
  await runUntil(given, backend, [firsts[0] ?? [first, 0]], () => read(backend, first.id, words.name, [0]))
  await runUntil(given, backend, seconds, allHeard)
  const written = (name: TopicName) =>
    Promise.all([0, 1].map((index) => readAll(backend.log, partitionOf(name, index)))).then((lists) => lists.flat())
  await runUntil(given, backend, [...firsts, ...seconds], async () => (await written(counts.name)).length >= 6)

  expect(await written(letters.name)).toEqual([])
  const finals = (await written(counts.name)).map(({ value }) => Buffer.from(value ?? []).toString())
  expect(finals).toEqual(['20', '20', '20', '20', '20', '20'])
  await place.remove()
}

const withBroker = whyNoBroker() === null ? it : it.skip

describe.each([
  ['has been read', true],
  ['comes with what another one has written since', false],
])('whose word that it is silent %s', (_, heard) => {
  it('a task holds windows open until it has read what came to it since', () =>
    closesNoneTooEarly(embeddedPlace(), heard))

  withBroker('a task holds them open on Kafka too, where markers of transactions are among what is left to read', () =>
    closesNoneTooEarly(kafkaPlace(), heard),
  )
})
