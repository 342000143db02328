import type { RegisteredSerdes } from '../../schemas/serdes.js'
import { openEmbeddedBackend } from '../../streams/embedded/backend.js'
import { topology } from '../../streams/engine/builder.js'
import { deadLetter, forward } from '../../streams/engine/outcome.js'
import { plan } from '../../streams/engine/plan.js'
import { noHeaders, withValue } from '../../streams/engine/record.js'
import { createTask } from '../../streams/engine/task.js'
import { offset, partition, type Topic, topic } from '../../streams/engine/topic.js'
import { systemClock } from '../../streams/runtime/clock.js'
import { TaskRunner } from '../../streams/runtime/task-runner.js'
import { scratchFolder } from './scratch.js'

/** What the task copies. */
export interface Note {
  readonly id: string
  readonly text?: string
  readonly by?: string
}

/**
 * Runs a task over an embedded log, from one topic to another, until it has read all values.
 * @param failed hears each failure of the task, which tries again
 * @returns what it wrote, and how many dead letters
 */
export async function copyByTask(
  serdes: RegisteredSerdes,
  { notes, copies }: { readonly notes: Topic<Note>; readonly copies: Topic<Note> },
  values: readonly Uint8Array[],
  failed: (error: Error) => void,
): Promise<{ readonly copied: readonly Note[]; readonly letters: number }> {
  const scratch = scratchFolder()
  const backend = await openEmbeddedBackend({ dir: scratch.dir })
  const letters = topic<unknown>('letters', 'internal')
  for (const each of [notes, copies, letters]) await backend.log.createTopic(each, 1)
  await backend.log.append(
    values.map((value, timestamp) => ({ topic: notes.name, key: null, value, timestamp, headers: noHeaders })),
  )
  const sentence = topology('copy')
    .from(notes)
    .decode({ name: 'copied', decode: (value, record) => forward(withValue(record, value)) }, { otherwise: deadLetter })
    .to(copies)
  const [stage] = plan(sentence)
  if (stage === undefined) throw new Error('the plan has one stage')
  const stop = new AbortController()
  let read = 0
  const runner = new TaskRunner(stage, partition(0), {
    backend,
    clock: systemClock,
    services: new Map(),
    observer: {
      committed: ({ fates }) => {
        read += fates.read
        if (read >= values.length) stop.abort()
      },
      lost: () => {},
      failed: (_stage, _partition, error) => failed(error),
    },
    prepare: (batch) => serdes.ensureWithin(batch),
    createTask: (of, index, openStore) =>
      createTask(of, index, {
        serdes,
        openStore,
        partitionsOf: () => 1,
        lateTopic: letters,
        deadLetterTopic: letters,
        settings: {
          idleAfter: null,
          bufferedRecords: 1_000,
          timestamps: { from: 0, aheadOfClock: 1_000 },
          maxValueBytes: 1_000,
        },
      }),
    maxFetchBytes: 1_000_000,
    partitionsOf: () => 1,
    drained: async () => true,
    isUnused: async () => false,
    isFed: () => false,
    isRead: () => false,
    backlog: async () => 0,
    commitInterval: 0,
    offsetReset: 'none',
  })
  await runner.run(stop.signal)
  const at = (of: Topic<unknown>) => ({ topic: of.name, partition: partition(0) })
  const [written] = await backend.log.fetch([{ at: at(copies), from: offset(0) }], { records: 1_000, bytes: 1e6 })
  const { end } = await backend.log.bounds(at(letters))
  await backend.close()
  scratch.remove()
  const serde = serdes.forTopic(copies)
  return {
    copied: (written?.records ?? []).flatMap(({ value }) => (value === null ? [] : [serde.decode(value)])),
    letters: end,
  }
}
