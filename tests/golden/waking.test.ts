import { expect, it } from '@jest/globals'
import { topology } from '../../streams/engine/builder.js'
import { plan } from '../../streams/engine/plan.js'
import type { Backend } from '../../streams/engine/ports/log.js'
import type { Aggregate } from '../../streams/engine/processor.js'
import { noHeaders } from '../../streams/engine/record.js'
import type { Stage } from '../../streams/engine/stage.js'
import { createTask } from '../../streams/engine/task.js'
import { jsonSerdes } from '../../streams/engine/testing/json-serdes.js'
import { hours, minutes } from '../../streams/engine/time.js'
import { partition, partitionId, topic } from '../../streams/engine/topic.js'
import { finalOnly } from '../../streams/engine/topology.js'
import { encodeUtf8 } from '../../streams/engine/utf8.js'
import { tumbling } from '../../streams/engine/window.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { Lineage } from '../../streams/runtime/lineage.js'
import { TaskRunner } from '../../streams/runtime/task-runner.js'
import { askedUntil } from '../support/asked-until.js'
import { type BackendPlace, partitionOf, readAll } from '../support/backends.js'
import { embeddedPlace } from '../support/embedded-place.js'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'

const partitions = 2
const words = topic<string>('words', 'x.Word')
const counts = topic<number>('counts', 'x.Count')
const letters = topic<unknown>('letters', 'internal')
const count: Aggregate<string, { sum: number }, number> = {
  name: 'count',
  initial: () => ({ sum: 0 }),
  add: ({ sum }) => ({ sum: sum + 1 }),
  result: ({ sum }) => sum,
}
const sentence = topology('waking')
  .from(words)
  .filter((word): word is string => word !== null)
  .keyBy(() => 'all')
  .window(tumbling({ size: minutes(10), grace: 0 }))
  .aggregate(count, { updates: finalOnly })
  .to(counts)
const stages = plan(sentence)
const [first, second] = stages
if (first === undefined || second === undefined) throw new Error('the sentence has two stages')
const between = second.inputs.map((input) => input.topic)

const word = (index: number, timestamp: number) => ({
  topic: words.name,
  partition: partition(index),
  key: encodeUtf8(`${timestamp}`),
  value: encodeUtf8('"w"'),
  timestamp,
  headers: noHeaders,
})

function runnerOf(backend: Backend, stage: Stage, index: number, failed: (error: Error) => void): TaskRunner {
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
  backend: Backend,
  tasks: readonly (readonly [Stage, number])[],
  reached: () => Promise<boolean>,
) {
  const stop = new AbortController()
  const failures: Error[] = []
  const running = tasks.map(([stage, index]) =>
    runnerOf(backend, stage, index, (error) => failures.push(error)).run(stop.signal),
  )
  await askedUntil(reached, (is) => is)
  stop.abort()
  await Promise.all(running)
  expect(failures).toEqual([])
}

/** Whether the group has read these partitions of the topic to their ends, and there was something. */
async function read({ log }: Backend, group: string, name: (typeof words)['name'], indexes: readonly number[]) {
  const places = indexes.map((index) => partitionOf(name, index))
  const committed = await log.committed(group, places)
  const ends = await Promise.all(places.map((at) => log.bounds(at)))
  return ends.every(({ end }, at) => end > 0 && committed.get(partitionId(places[at] ?? partitionOf(name, 0))) === end)
}

const closesNoneTooEarly = async (made: Promise<BackendPlace>): Promise<void> => {
  const place = await made
  const backend = await place.open()
  for (const each of [words, counts, letters, ...between]) await backend.log.createTopic(each, partitions)
  const firsts = [0, 1].map((index) => [first, index] as const)
  const seconds = [0, 1].map((index) => [second, index] as const)
  const [repartition] = between
  if (repartition === undefined) throw new Error('there is a topic between the stages')
  const heard = () => read(backend, second.id, repartition.name, [0, 1])

  // all are silent, and have said so
  await runUntil(backend, [...firsts, ...seconds], heard)
  // both partitions get an hour of words at once; the task of the second is slow
  const all = [0, 1].flatMap((index) => Array.from({ length: 60 }, (_, at) => word(index, minutes(at))))
  await backend.log.append([...all, word(0, hours(1)), word(1, hours(1))])
  await runUntil(backend, [firsts[0] ?? [first, 0], ...seconds], async () => {
    return (await read(backend, first.id, words.name, [0])) && (await heard())
  })
  const written = (name: (typeof words)['name']) =>
    Promise.all([0, 1].map((index) => readAll(backend.log, partitionOf(name, index)))).then((lists) => lists.flat())
  await runUntil(backend, [...firsts, ...seconds], async () => (await written(counts.name)).length >= 6)

  expect(await written(letters.name)).toEqual([])
  const finals = (await written(counts.name)).map(({ value }) => Buffer.from(value ?? []).toString())
  expect(finals).toEqual(['20', '20', '20', '20', '20', '20'])
  await place.remove()
}

const withBroker = whyNoBroker() === null ? it : it.skip

it('closes no window before a task that fell silent has read what came to it since', () =>
  closesNoneTooEarly(embeddedPlace()))

withBroker('closes none too early on Kafka either, where markers of transactions are among what is left to read', () =>
  closesNoneTooEarly(kafkaPlace()),
)
