import { openEmbeddedBackend } from '../../streams/embedded/backend.js'
import { offset, partition, topic } from '../../streams/engine/topic.js'
import { outgoing, outgoingBatches, partitionOf, valuesOf } from './backends.js'

/*
 * Appends to the environment named by the first argument until there is no room, tells what happened line by line, makes
 * room by retention, and goes on.
 */
const [dir = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const filled = topic<Uint8Array>('filled', 'bytes', { retention: { time: 1_000, bytes: null } })
const at = partitionOf(filled.name)
const task = { group: 'g', partition: partition(0), inputs: [at], stores: ['counts'] }
const record = (index: number) =>
  outgoing(filled.name, String(index).padStart(50_000, '0'), { timestamp: index * 1_000 })

const backend = await openEmbeddedBackend({ dir })
await backend.log.createTopic(filled, 1)
let appended = 0
let failure: Error | undefined
while (failure === undefined) {
  try {
    await backend.log.append([record(appended)])
    appended += 1
  } catch (error) {
    failure = error as Error
  }
}
const kept = await valuesOf(backend.log, at)
say({ appended, error: failure.name, message: failure.message, kept: kept.length })

const session = await backend.openSession(task).catch((error: Error) => error)
if (session instanceof Error) say({ session: session.name })
else {
  session.store<number>('counts').put('a', 1)
  const commit = session.commit({
    offsets: [{ at, next: offset(1) }],
    outputs: outgoingBatches(record(appended)),
  })
  say({
    session: await commit.then(
      () => 'committed',
      (error: Error) => error.name,
    ),
  })
}
say({ kept: (await valuesOf(backend.log, at)).length, groups: await backend.log.groups() })

await backend.maintain(appended * 1_000)
const [origin] = await backend.log.append([record(appended)])
say({ after: origin?.offset })
await backend.close()
