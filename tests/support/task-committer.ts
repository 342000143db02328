import { writeSync } from 'node:fs'
import { openEmbeddedBackend } from '../../streams/embedded/backend.js'
import { offset, partition, partitionId, topic } from '../../streams/engine/topic.js'
import { outgoing, outgoingBatches, partitionOf } from './backends.js'

/*
 * Copies the topic `in` to `out` in small commits, counting in its state, and appends to `in` meanwhile; until it is
 * killed. Says `committed <next offset>` and `appended <offset>` once they were acknowledged.
 */
const [dir = '', sync = ''] = process.argv.slice(2)
const say = (line: string) => writeSync(1, `${line}\n`)
const backend = await openEmbeddedBackend({ dir, sync: sync === 'disk' ? 'disk' : 'process' })
for (const name of ['in', 'out']) await backend.log.createTopic(topic(name, 'bytes'), 1)
const at = partitionOf('in')

async function append(): Promise<never> {
  for (;;) {
    const { end } = await backend.log.bounds(at)
    const values = Array.from({ length: 1 + (end % 40) }, (_, index) => String(end + index).padEnd(500))
    const origins = await backend.log.append(values.map((value) => outgoing('in', value)))
    say(`appended ${origins.at(-1)?.offset}`)
  }
}

async function copy(): Promise<never> {
  const session = await backend.openSession({
    group: 'copy',
    partition: partition(0),
    inputs: [at],
    stores: ['counts'],
  })
  const counts = session.store<number>('counts')
  let next = session.positions.get(partitionId(at)) ?? 0
  for (;;) {
    const [fetched] = await backend.log.fetch([{ at, from: offset(next) }], { records: 1 + (next % 17), bytes: 1e6 })
    for (const record of fetched?.records ?? []) {
      const key = `k${record.offset % 100}`
      counts.put(key, (counts.get(key) ?? 0) + 1)
    }
    next = fetched?.next ?? next
    await session.commit({
      offsets: [{ at, next: offset(next) }],
      outputs: outgoingBatches(...(fetched?.records ?? []).map(({ value }) => outgoing('out', '', { value }))),
    })
    say(`committed ${next}`)
  }
}

await Promise.all([append(), copy()])
