import { join } from 'node:path'
import {
  type EmbeddedBackend,
  type EmbeddedBackendOptions,
  openEmbeddedBackend,
} from '../../streams/embedded/backend.js'
import type { BackendPlace } from './backends.js'
import { scratchFolder } from './scratch.js'

export interface EmbeddedPlace extends BackendPlace {
  /** Folder of the environment. */
  readonly dir: string
  open(options?: Partial<EmbeddedBackendOptions>): Promise<EmbeddedBackend>
}

/** A new folder for an environment. */
export async function embeddedPlace(given: Partial<EmbeddedBackendOptions> = {}): Promise<EmbeddedPlace> {
  const scratch = scratchFolder()
  const dir = join(scratch.dir, 'log')
  const opened: EmbeddedBackend[] = []
  const closeAll = async () => {
    for (const backend of opened.splice(0)) await backend.close()
  }
  return {
    dir,
    open: async (options = {}) => {
      const backend = await openEmbeddedBackend({ dir, ...given, ...options })
      opened.push(backend)
      return backend
    },
    closeAll,
    remove: async () => {
      await closeAll()
      scratch.remove()
    },
  }
}
