import type { Config } from '../config.js'
import type { RegistryOptions } from '../kafka/registry/options.js'
import { pem } from './pem.js'

/**
 * How the configuration says that the schema registry is spoken to.
 * @throws Error that names the setting when no registry is set, or a file cannot be read
 */
export function registryOptions(config: Config): RegistryOptions {
  const url = config.schemaRegistryUrl
  if (url === '') throw new Error('no schema registry is set: set PULSO_SCHEMA_REGISTRY_URL to the base of its API')
  const { schemaRegistryUser: user, schemaRegistryPassword: password, schemaRegistryToken: token } = config
  const ca = pem('PULSO_SCHEMA_REGISTRY_CA', config.schemaRegistryCa)
  const cert = pem('PULSO_SCHEMA_REGISTRY_CERT', config.schemaRegistryCert)
  const key = pem('PULSO_SCHEMA_REGISTRY_KEY', config.schemaRegistryKey)
  return {
    url,
    ...(user !== '' && { credentials: { user, password } }),
    ...(token !== '' && { credentials: { token } }),
    tls: { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) },
    requestTimeout: config.schemaRegistryTimeout,
    retryFor: config.schemaRegistryRetry,
  }
}
