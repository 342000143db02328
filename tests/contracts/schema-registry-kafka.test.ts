import { it } from '@jest/globals'
import { KafkaRegistry } from '../../streams/kafka/registry.js'
import { sharedRegistry, whyNoRegistry } from '../support/kafka/shared.js'
import { schemaRegistryContract } from './schema-registry.js'

if (whyNoRegistry() === null)
  schemaRegistryContract('Kafka', async () => {
    const url = await sharedRegistry()
    return { open: async () => ({ registry: new KafkaRegistry({ url }) }), remove: async () => undefined }
  })
else it.skip('schema registry contract: Kafka', () => undefined)
