import { randomUUID } from 'node:crypto'
import type { Backend } from '../../../streams/engine/ports/log.js'
import { type KafkaBackendOptions, openKafkaBackend } from '../../../streams/kafka/backend.js'
import type { BackendPlace } from '../backends.js'
import { memoryRegistry } from '../memory-registry.js'
import type { KafkaSeries } from './artefacts.js'
import { sharedBroker } from './shared.js'

/** The broker of the test run. Topics, groups and applications of a place are nobody else's. */
export async function kafkaPlace(
  given: Partial<KafkaBackendOptions> = {},
  series: KafkaSeries = 4,
): Promise<BackendPlace> {
  const address = await sharedBroker(series)
  const application = `test-${randomUUID().slice(0, 8)}`
  const cluster = { brokers: [address], clientId: application, retryFor: 20_000 }
  const registry = memoryRegistry()
  const opened: Backend[] = []
  const closeAll = async () => {
    for (const backend of opened.splice(0)) await backend.close()
  }
  return {
    open: async () => {
      const backend = await openKafkaBackend({ cluster, application, stateDir: null, ...given })
      opened.push(backend)
      return Object.assign(backend, { registry })
    },
    closeAll,
    remove: closeAll,
  }
}
