import { MemoryStores } from '../../streams/engine/memory-store.js'
import type { TaskSession } from '../../streams/engine/ports/log.js'
import { partition } from '../../streams/engine/topic.js'
import { embeddedPlace } from '../support/embedded-place.js'
import { type StatePlace, stateStoreContract } from './state-store.js'

function inMemory(): StatePlace {
  let stores = new MemoryStores()
  let committed = stores.copy()
  return {
    store: () => stores.open('store'),
    commit: async () => {
      committed = stores.copy()
    },
    reopen: async () => {
      stores = committed.copy()
    },
    remove: async () => {},
  }
}

async function onDisk(stateCache: number): Promise<StatePlace> {
  const place = await embeddedPlace({ stateCache })
  const backend = await place.open()
  const open = () => backend.openSession({ group: 'g', partition: partition(0), inputs: [], stores: ['store'] })
  let session: TaskSession = await open()
  return {
    store: () => session.store('store'),
    commit: () => session.commit({ offsets: [], outputs: [] }),
    reopen: async () => {
      session = await open()
    },
    remove: () => place.remove(),
  }
}

stateStoreContract('in memory', async () => inMemory())
stateStoreContract('on disk, without a cache', () => onDisk(0))
stateStoreContract('on disk, with a cache of few entries', () => onDisk(4))
stateStoreContract('on disk, with a cache of all entries', () => onDisk(10_000))
