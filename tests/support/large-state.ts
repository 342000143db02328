import { parseArgs } from 'node:util'
import { openEmbeddedBackend } from '../../streams/embedded/backend.js'
import { partition } from '../../streams/engine/topic.js'
import { openKafkaBackend } from '../../streams/kafka/backend.js'

/**
 * A process that puts many entries of 1,000 characters into a store, a commit now and then, opens the store anew, reads
 * all of them back, and says how many were right. With `--kept` it keeps them among its objects instead.
 */
const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '0' },
    dir: { type: 'string', default: '' },
    broker: { type: 'string' },
    name: { type: 'string', default: 'large' },
    kept: { type: 'boolean', default: false },
  },
})
const entries = Number(values.entries)
const commitEvery = 2_000
const keyOf = (index: number): string => `key-${String(index).padStart(9, '0')}`
const textOf = (index: number): string => `${index}:`.padEnd(1_000, String.fromCharCode(97 + (index % 26)))

async function stored(): Promise<number> {
  const { dir, broker, name } = values
  const backend =
    broker === undefined
      ? await openEmbeddedBackend({ dir })
      : await openKafkaBackend({
          cluster: { brokers: [broker], clientId: name, retryFor: 20_000 },
          ...{ application: name, stateDir: dir },
        })
  const open = () => backend.openSession({ group: name, partition: partition(0), inputs: [], stores: ['store'] })
  let session = await open()
  for (let from = 0; from < entries; from += commitEvery) {
    const store = session.store<string>('store')
    for (let index = from; index < Math.min(from + commitEvery, entries); index++)
      store.put(keyOf(index), textOf(index))
    await session.commit({ offsets: [], outputs: [] })
  }
  await session.close()
  session = await open()
  const store = session.store<string>('store')
  let right = 0
  for (let index = 0; index < entries; index++) if (store.get(keyOf(index)) === textOf(index)) right++
  await session.close()
  await backend.close()
  return right
}

function kept(): number {
  const all = new Map<string, string>()
  // joined, so that each has characters of its own
  for (let index = 0; index < entries; index++) all.set(keyOf(index), [...textOf(index)].join(''))
  return all.size
}

process.stdout.write(`${values.kept ? kept() : await stored()}\n`)
