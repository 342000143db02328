import { it } from '@jest/globals'
import type { TaskSession } from '../../streams/engine/ports/log.js'
import { partition } from '../../streams/engine/topic.js'
import { newGroup } from '../support/backends.js'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { type StatePlace, stateStoreContract } from './state-store.js'

async function overChangelog(where: 'memory' | 'disk', stateCache: number): Promise<StatePlace> {
  const scratch = scratchFolder()
  const place = await kafkaPlace({ stateDir: where === 'disk' ? scratch.dir : null, stateCache })
  const backend = await place.open()
  const group = newGroup()
  const open = () => backend.openSession({ group, partition: partition(0), inputs: [], stores: ['store'] })
  let session: TaskSession = await open()
  return {
    store: () => session.store('store'),
    commit: () => session.commit({ offsets: [], outputs: [] }),
    reopen: async () => {
      await session.close()
      session = await open()
    },
    remove: async () => {
      await session.close()
      await place.remove()
      scratch.remove()
    },
  }
}

if (whyNoBroker() === null) {
  stateStoreContract('changelog, in memory, without a cache', () => overChangelog('memory', 0))
  stateStoreContract('changelog, on disk, with a cache of few entries', () => overChangelog('disk', 4))
} else it.skip('state store contract: changelog', () => undefined)
