import { embeddedPlace } from '../support/embedded-place.js'
import { schemaRegistryContract } from './schema-registry.js'

schemaRegistryContract('LMDB', () => embeddedPlace())
