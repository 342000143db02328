import { resolve } from 'node:path'
import { contradictions } from './config/contradictions.js'
import { modelSettings } from './config/model-settings.js'
import {
  applicationName,
  brokers,
  bytes,
  choice,
  count,
  duration,
  flag,
  host,
  httpBase,
  list,
  longToken,
  name,
  ordinalPort,
  path,
  text,
} from './config/parsers.js'
import { type Setting, setting } from './config/setting.js'
import { projectPath } from './project.js'

/** Every setting there is: its variable, how it is read, what it is when absent. `docs/configuration.md` is made from it. */
export const settings = {
  backend: setting(
    'PULSO_BACKEND',
    choice('embedded', 'kafka'),
    'embedded',
    'Where topics, offsets and state live: `embedded`, in the data folder; `kafka`, on a Kafka cluster with a schema registry, which any number of workers share. See [kafka.md](kafka.md).',
  ),
  kafkaBrokers: setting(
    'PULSO_KAFKA_BROKERS',
    brokers,
    '',
    'Some brokers of the Kafka cluster, as `kafka-1:9092,kafka-2:9092`; the others are learnt from them.',
  ),
  kafkaApplication: setting(
    'PULSO_KAFKA_APPLICATION',
    applicationName,
    'pulso',
    'Name that all workers share which work together, as `application.id` of Kafka Streams: it begins the names of their groups, transactional ids, changelogs and topics between stages, and is what the brokers know them by. Each application on a cluster has its own. Not to be changed later: whoever has another name begins anew.',
  ),
  kafkaPrefixedTopics: setting(
    'PULSO_KAFKA_PREFIXED_TOPICS',
    choice('internal', 'outputs', 'all'),
    'internal',
    'Which topics begin with the name of the application: `internal`, those alone that nobody else reads; `outputs`, what it writes too, so that several applications work on the same posts; `all`, its inputs too. See [kafka.md](kafka.md#several-applications-on-one-cluster).',
  ),
  kafkaReplication: setting(
    'PULSO_KAFKA_REPLICATION',
    count(0, 32),
    '0',
    'Copies of each partition of a topic that is made; 0 takes what the brokers have for a default.',
  ),
  kafkaSasl: setting(
    'PULSO_KAFKA_SASL',
    choice('none', 'plain', 'scram-sha-256', 'scram-sha-512'),
    'none',
    'How a worker says to the brokers who it is.',
  ),
  kafkaUser: setting('PULSO_KAFKA_USER', text, '', 'User at the brokers.'),
  kafkaPassword: setting('PULSO_KAFKA_PASSWORD', text, '', 'Password of that user.', { secret: true }),
  kafkaTls: setting('PULSO_KAFKA_TLS', flag, 'false', 'Whether the brokers are spoken to over TLS.'),
  kafkaCa: setting(
    'PULSO_KAFKA_CA',
    text,
    '',
    'File (PEM) of the authorities that may have signed the certificates of the brokers; empty trusts those that Node.js knows.',
  ),
  kafkaCert: setting(
    'PULSO_KAFKA_CERT',
    text,
    '',
    'File (PEM) of the certificate that is shown to the brokers; empty shows none.',
  ),
  kafkaKey: setting('PULSO_KAFKA_KEY', text, '', 'File (PEM) of the private key of that certificate.'),
  kafkaSessionTimeout: setting(
    'PULSO_KAFKA_SESSION_TIMEOUT',
    duration,
    '10s',
    'A worker of which the brokers heard nothing for so long is taken for dead, and others take its tasks over.',
  ),
  kafkaTransactionTimeout: setting(
    'PULSO_KAFKA_TRANSACTION_TIMEOUT',
    duration,
    '30s',
    'The brokers roll back a transaction that is open for longer. What is read behind it waits until then where nobody takes the task over.',
  ),
  kafkaRetry: setting(
    'PULSO_KAFKA_RETRY',
    duration,
    '60s',
    'How long brokers that do not answer are asked again before a start fails, or a task pauses. Nothing is lost: the task tries again until they answer.',
  ),
  state: setting(
    'PULSO_STATE',
    choice('disk', 'memory'),
    'disk',
    'Where a worker on Kafka has the state of its tasks at hand: in the data folder, where a restart finds it again, or in memory, restored from the changelog at each start.',
  ),
  standbys: setting(
    'PULSO_STANDBYS',
    count(0, 8),
    '0',
    'Workers on Kafka that keep a copy of the state of each task beside the one that runs it, as `num.standby.replicas` of Kafka Streams: when that one goes, another goes on from its copy and reads the rest of the changelog alone. Costs their disk, and reading the changelogs.',
  ),
  tables: setting(
    'PULSO_TABLES',
    flag,
    'true',
    'Whether this worker carries topics into tables and answers from them. Of several workers on Kafka whose tables are in the data folder, one does.',
  ),
  dataDir: setting(
    'PULSO_DATA_DIR',
    path,
    'data',
    'Folder of the embedded log, state and analytics store. Each worker has its own.',
  ),
  topologies: setting(
    'PULSO_TOPOLOGIES',
    list,
    'consumer-trends,emerging-words',
    'Topologies to run, separated by commas: `consumer-trends`, `emerging-words`, `emerging-terms` ([emerging-terms.md](emerging-terms.md)), `engagement` ([engagement.md](engagement.md)), `engagement-shifts` ([shifts.md](shifts.md)), `surveys` ([surveys.md](surveys.md)).',
  ),
  partitions: setting(
    'PULSO_PARTITIONS',
    count(1, 1024),
    '4',
    'Partitions of a topic that does not fix its own number. Cannot change later.',
  ),
  streamThreads: setting('PULSO_STREAM_THREADS', count(1, 64), '2', 'Threads that run tasks, each a stage or more.'),
  sync: setting(
    'PULSO_SYNC',
    choice('process', 'disk'),
    'process',
    'What an acknowledged write survives: the death of the process, or a power cut too (slower).',
  ),
  commitInterval: setting(
    'PULSO_COMMIT_INTERVAL',
    duration,
    '300ms',
    'Longest time between two commits of a task while it has more to read; with nothing left to read it commits at once.',
  ),
  offsetReset: setting(
    'PULSO_OFFSET_RESET',
    choice('none', 'earliest'),
    'none',
    'What a group does that finds records gone which it has yet to read: stop with an error, or count them as lost (`pulso_records_lost_total`) and go on with the first one that is left.',
  ),
  stopWithin: setting(
    'PULSO_STOP_WITHIN',
    duration,
    '50s',
    'How long what is under way may take to be finished when the process is asked to end. Then it ends as if it were killed, which costs nothing but that the rest is done again: brokers or a store that cannot be reached are not waited for without end. To be shorter than what whoever asks waits before it kills (60 s in the Kubernetes files here).',
  ),
  idleAfter: setting(
    'PULSO_IDLE_AFTER',
    duration.orNever,
    '5s',
    'A partition that was read to its end and got nothing for this long no longer holds the watermark back. `never` for results that depend on the input alone.',
  ),
  bufferedRecords: setting(
    'PULSO_BUFFERED_RECORDS',
    count(1, 1_000_000),
    '20000',
    'Records buffered for each input before it is paused.',
  ),
  maxValueBytes: setting('PULSO_MAX_VALUE_BYTES', bytes, '1MiB', 'Records with a larger value go to the dead letters.'),
  earliestTimestamp: setting(
    'PULSO_EARLIEST_TIMESTAMP',
    (value) => instant(value),
    '2000-01-01T00:00:00Z',
    'Records with an earlier timestamp go to the dead letters.',
  ),
  aheadOfClock: setting(
    'PULSO_AHEAD_OF_CLOCK',
    duration,
    '30s',
    'Records whose timestamp is further ahead of the clock go to the dead letters. Above 30s, the shortest time that windows wait for late records, one source whose clock is ahead closes the windows of all others too early.',
  ),
  stateCache: setting(
    'PULSO_STATE_CACHE',
    count(0, 100_000_000),
    '10000',
    'Entries of state that each store keeps in memory; the rest stays on disk.',
  ),
  httpHost: setting('PULSO_HTTP_HOST', host, '127.0.0.1', 'Address that the board and the API listen on.'),
  httpPort: setting('PULSO_HTTP_PORT', ordinalPort, '8080', 'Port of the board and the API; 0 takes a free one.'),
  httpAdvertised: setting(
    'PULSO_HTTP_ADVERTISED',
    httpBase,
    '',
    'Address of the board and the API that other workers are told, as in `http://worker-0.pulso:8080`; empty takes the name of the machine, or the loopback address.',
  ),
  metricsToken: setting(
    'PULSO_METRICS_TOKEN',
    longToken,
    '',
    'Bearer token for `/metrics` alone, at least 16 characters, the same for all workers that one Prometheus reads; the tokens of `pulso token create` are taken too.',
    { secret: true },
  ),
  clickhouseUrl: setting(
    'PULSO_CLICKHOUSE_URL',
    httpBase,
    '',
    'Address of the HTTP interface of a ClickHouse server that the tables are on, as in `https://clickhouse:8443`. Empty keeps them in the data folder, with a ClickHouse interface of their own. See [clickhouse-server.md](clickhouse-server.md).',
  ),
  clickhouseDatabase: setting('PULSO_CLICKHOUSE_DATABASE', name, 'pulso', 'Database of the tables.'),
  clickhouseCa: setting(
    'PULSO_CLICKHOUSE_CA',
    text,
    '',
    'File with the certificates (PEM) of the authorities that may have signed that of the server at `PULSO_CLICKHOUSE_URL`; empty trusts those that Node.js trusts.',
  ),
  clickhouseHost: setting(
    'PULSO_CLICKHOUSE_HOST',
    host,
    '127.0.0.1',
    'Address that the embedded ClickHouse interface listens on.',
  ),
  clickhousePort: setting(
    'PULSO_CLICKHOUSE_PORT',
    ordinalPort,
    '8123',
    'Port of the embedded ClickHouse interface; 0 takes a free one.',
  ),
  clickhouseUser: setting(
    'PULSO_CLICKHOUSE_USER',
    text,
    'default',
    'User at the server of `PULSO_CLICKHOUSE_URL`, or of the embedded ClickHouse interface.',
  ),
  clickhousePassword: setting('PULSO_CLICKHOUSE_PASSWORD', text, '', 'Password of that user; empty asks for none.', {
    secret: true,
  }),
  clickhouseWritable: setting(
    'PULSO_CLICKHOUSE_WRITABLE',
    flag,
    'false',
    'Whether the embedded ClickHouse interface takes writes.',
  ),
  schemaRegistryUrl: setting(
    'PULSO_SCHEMA_REGISTRY_URL',
    httpBase,
    '',
    'Schema registry of a Kafka cluster: the base of its Confluent-compatible API, as `http://127.0.0.1:8081`, the path included (of Apicurio it ends in `/apis/ccompat/v7`).',
  ),
  schemaRegistryUser: setting('PULSO_SCHEMA_REGISTRY_USER', text, '', 'User at the schema registry; empty for none.'),
  schemaRegistryPassword: setting('PULSO_SCHEMA_REGISTRY_PASSWORD', text, '', 'Password of that user.', {
    secret: true,
  }),
  schemaRegistryToken: setting(
    'PULSO_SCHEMA_REGISTRY_TOKEN',
    text,
    '',
    'Bearer token for the schema registry, instead of a user.',
    { secret: true },
  ),
  schemaRegistryCa: setting(
    'PULSO_SCHEMA_REGISTRY_CA',
    text,
    '',
    'File (PEM) of the authorities that may have signed the certificate of the schema registry; empty trusts those that Node.js knows.',
  ),
  schemaRegistryCert: setting(
    'PULSO_SCHEMA_REGISTRY_CERT',
    text,
    '',
    'File (PEM) of the certificate that is shown to the schema registry; empty shows none.',
  ),
  schemaRegistryKey: setting(
    'PULSO_SCHEMA_REGISTRY_KEY',
    text,
    '',
    'File (PEM) of the private key of that certificate.',
  ),
  schemaRegistryTimeout: setting(
    'PULSO_SCHEMA_REGISTRY_TIMEOUT',
    duration,
    '5s',
    'Longest time that an answer of the schema registry may take.',
  ),
  schemaRegistryRetry: setting(
    'PULSO_SCHEMA_REGISTRY_RETRY',
    duration,
    '15s',
    'How long a schema registry that does not answer is asked again before a start fails, or a task pauses. Nothing is lost: the task tries again until it answers.',
  ),
  ...modelSettings({
    sentiment: projectPath('models/sentiment-es-en-pt'),
    aspects: projectPath('models/aspects-es-en-pt'),
  }),
  authorKey: setting(
    'PULSO_AUTHOR_KEY',
    text,
    '',
    'Key of the hashes that stand for authors; empty makes one and keeps it in the data folder. Workers on Kafka must all have the same.',
    { secret: true },
  ),
  samples: setting(
    'PULSO_SAMPLES',
    flag,
    'true',
    'Whether an empty engine starts by replaying the posts shipped in samples/. Never done on Kafka, whose topics others may read too.',
  ),
  logLevel: setting(
    'PULSO_LOG_LEVEL',
    choice('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'Least level of the log lines written to standard error.',
  ),
} satisfies Record<string, Setting<unknown>>

type Settings = typeof settings
export type Config = { readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never }
/** Texts by setting, as flags of the command line give them; they win over the environment. */
export type Overrides = { readonly [Name in keyof Settings]?: string | undefined }

/** Everything that is wrong with a configuration, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** An address may carry one, even where it may not. */
const withoutPassword = (given: string): string => given.replace(/\/\/[^/@]*@/, '//***@')

function instant(value: string): number {
  const time = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  if (!Number.isSafeInteger(time) || time < 0) throw new Error('is no instant: write 2000-01-01T00:00:00Z')
  return time
}

/**
 * Reads the configuration from the overrides, else the environment, else the defaults.
 * @throws ConfigError naming every setting that is wrong, what it was and what it may be.
 */
export function readConfig(
  overrides: Overrides = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const errors: string[] = []
  const known = new Set(Object.values(settings).map(({ env }) => env))
  for (const name of Object.keys(environment)) {
    if (name.startsWith('PULSO_') && !known.has(name)) {
      errors.push(`${name} is no setting of Pulso: see docs/configuration.md, or unset it`)
    }
  }
  const entries = Object.entries(settings).map(([name, { env, parse, fallback, secret }]) => {
    const given = overrides[name as keyof Settings] ?? environment[env] ?? fallback
    try {
      return [name, parse(given)]
    } catch (error) {
      errors.push(
        `${env}: "${secret ? '***' : withoutPassword(given)}" ${error instanceof Error ? error.message : String(error)}`,
      )
      return [name, undefined]
    }
  })
  if (errors.length > 0) throw new ConfigError(errors.join('\n'))
  const config = Object.fromEntries(entries) as Config
  const contradicting = contradictions(config)
  if (contradicting.length > 0) throw new ConfigError(contradicting.join('\n'))
  const aspectModelDir = config.aspectModelDir === '' ? '' : resolve(config.aspectModelDir)
  return { ...config, dataDir: resolve(config.dataDir), modelDir: resolve(config.modelDir), aspectModelDir }
}

/** The configuration as text, a line a setting, secrets masked. */
export function showConfig(config: Config): string {
  return Object.entries(settings)
    .map(([name, entry]) => {
      const value = config[name as keyof Settings]
      const shown = name === 'modelTrials' ? JSON.stringify(value) : String(value)
      return `${entry.env}=${'secret' in entry && value !== '' ? '***' : shown}`
    })
    .join('\n')
}
