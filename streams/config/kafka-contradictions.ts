/** The settings that say whether and how there is a Kafka cluster. */
export interface KafkaGiven {
  readonly backend: 'embedded' | 'kafka'
  readonly tables: boolean
  readonly standbys: number
  readonly state: string
  readonly authorKey: string
  readonly schemaRegistryUrl: string
  readonly kafkaBrokers: readonly string[]
  readonly kafkaSasl: string
  readonly kafkaUser: string
  readonly kafkaPassword: string
  readonly kafkaTls: boolean
  readonly kafkaCa: string
  readonly kafkaCert: string
  readonly kafkaKey: string
}

/** What is missing for Kafka, and what is of no use: a line each. */
export function kafkaContradictions(given: KafkaGiven): readonly string[] {
  const found: string[] = []
  const check = (wrong: boolean, message: string) => {
    if (wrong) found.push(message)
  }
  const onKafka = given.backend === 'kafka'
  const needs = (setting: string, why: string) => `PULSO_BACKEND: "kafka" needs ${setting}: ${why}`
  check(onKafka && given.kafkaBrokers.length === 0, needs('PULSO_KAFKA_BROKERS', 'set it as kafka-1:9092,kafka-2:9092'))
  check(
    onKafka && given.schemaRegistryUrl === '',
    needs('PULSO_SCHEMA_REGISTRY_URL', 'set it to the base of the API of the schema registry'),
  )
  check(
    onKafka && given.authorKey === '',
    needs('PULSO_AUTHOR_KEY', 'set the same for all workers, so that an author has one pseudonym'),
  )
  check(
    !onKafka && !given.tables,
    'PULSO_TABLES: "false" leaves the tables to other workers, which PULSO_BACKEND=kafka alone has: set that, or leave this out',
  )
  check(
    given.standbys > 0 && (!onKafka || given.state !== 'disk'),
    `PULSO_STANDBYS: "${given.standbys}" copies are kept in the data folders of workers: set PULSO_BACKEND=kafka and PULSO_STATE=disk, or leave this out`,
  )
  const hasUser = given.kafkaUser !== '' || given.kafkaPassword !== ''
  check(
    given.kafkaSasl === 'none' && hasUser,
    'PULSO_KAFKA_USER and PULSO_KAFKA_PASSWORD are not used: set PULSO_KAFKA_SASL to plain, scram-sha-256 or scram-sha-512',
  )
  check(
    given.kafkaSasl !== 'none' && (given.kafkaUser === '' || given.kafkaPassword === ''),
    `PULSO_KAFKA_SASL: "${given.kafkaSasl}" needs a user: set PULSO_KAFKA_USER and PULSO_KAFKA_PASSWORD`,
  )
  check(
    (given.kafkaCert === '') !== (given.kafkaKey === ''),
    'PULSO_KAFKA_CERT and PULSO_KAFKA_KEY belong together: set both or none',
  )
  check(
    !given.kafkaTls && (given.kafkaCa !== '' || given.kafkaCert !== ''),
    'PULSO_KAFKA_CA, PULSO_KAFKA_CERT and PULSO_KAFKA_KEY are not used: set PULSO_KAFKA_TLS=true, or leave them out',
  )
  return found
}
