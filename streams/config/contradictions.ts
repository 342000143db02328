import { type KafkaGiven, kafkaContradictions } from './kafka-contradictions.js'
import { isLoopback } from './loopback.js'

interface Given extends KafkaGiven {
  readonly clickhouseUrl: string
  readonly clickhouseCa: string
  readonly clickhouseHost: string
  readonly clickhousePassword: string
  readonly schemaRegistryUser: string
  readonly schemaRegistryPassword: string
  readonly schemaRegistryToken: string
  readonly schemaRegistryCa: string
  readonly schemaRegistryCert: string
  readonly schemaRegistryKey: string
}

/** What settings, each of them possible, say against each other: a line each. */
export function contradictions(given: Given): readonly string[] {
  const found: string[] = []
  if (given.clickhouseUrl === '' && !isLoopback(given.clickhouseHost) && given.clickhousePassword === '')
    found.push(
      `PULSO_CLICKHOUSE_HOST: "${given.clickhouseHost}" lets other machines query the store without a password: set PULSO_CLICKHOUSE_PASSWORD, or listen on 127.0.0.1`,
    )
  if (given.clickhouseCa !== '' && !given.clickhouseUrl.startsWith('https:'))
    found.push('PULSO_CLICKHOUSE_CA is of no use without PULSO_CLICKHOUSE_URL=https://...: set that, or unset this')
  if (given.schemaRegistryUser !== '' && given.schemaRegistryToken !== '')
    found.push(
      'PULSO_SCHEMA_REGISTRY_USER and PULSO_SCHEMA_REGISTRY_TOKEN are two ways to say who this is: leave one out',
    )
  if (given.schemaRegistryUser === '' && given.schemaRegistryPassword !== '')
    found.push('PULSO_SCHEMA_REGISTRY_PASSWORD is of no user: set PULSO_SCHEMA_REGISTRY_USER')
  if ((given.schemaRegistryCert === '') !== (given.schemaRegistryKey === ''))
    found.push('PULSO_SCHEMA_REGISTRY_CERT and PULSO_SCHEMA_REGISTRY_KEY belong together: set both or none')
  const hasTls = given.schemaRegistryCa !== '' || given.schemaRegistryCert !== ''
  if (hasTls && given.schemaRegistryUrl.startsWith('http:'))
    found.push(
      `PULSO_SCHEMA_REGISTRY_URL: "${given.schemaRegistryUrl}" uses no certificates: write https://, or leave them out`,
    )
  return [...found, ...kafkaContradictions(given)]
}
