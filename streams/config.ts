import { resolve } from 'node:path'
import { isLoopback } from './config/loopback.js'
import {
  backend,
  bytes,
  choice,
  count,
  duration,
  flag,
  host,
  list,
  ordinalPort,
  type Parser,
  path,
  text,
} from './config/parsers.js'
import { projectPath } from './project.js'

interface Setting<Value> {
  readonly env: string
  readonly parse: Parser<Value>
  readonly fallback: string
  readonly doc: string
  readonly secret?: true
}

const setting = <Value>(
  env: string,
  parse: Parser<Value>,
  fallback: string,
  doc: string,
  options: { readonly secret?: true } = {},
): Setting<Value> => ({ env, parse, fallback, doc, ...options })

/** Every setting there is: its variable, how it is read, what it is when absent. `docs/configuration.md` is made from it. */
export const settings = {
  backend: setting(
    'PULSO_BACKEND',
    backend,
    'embedded',
    'Where topics, offsets and state live. This build has one backend: `embedded`, in the data folder.',
  ),
  dataDir: setting('PULSO_DATA_DIR', path, 'data', 'Folder of the embedded log, state and analytics store.'),
  topologies: setting(
    'PULSO_TOPOLOGIES',
    list,
    'consumer-trends,emerging-words',
    'Topologies to run, separated by commas.',
  ),
  partitions: setting(
    'PULSO_PARTITIONS',
    count(1, 1024),
    '4',
    'Partitions of a topic that does not fix its own number. Cannot change later.',
  ),
  streamThreads: setting('PULSO_STREAM_THREADS', count(1, 64), '1', 'Threads that run tasks.'),
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
    '200000',
    'Entries of state that each store keeps in memory; the rest stays on disk.',
  ),
  httpHost: setting('PULSO_HTTP_HOST', host, '127.0.0.1', 'Address that the board and the API listen on.'),
  httpPort: setting('PULSO_HTTP_PORT', ordinalPort, '8080', 'Port of the board and the API; 0 takes a free one.'),
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
  clickhouseUser: setting('PULSO_CLICKHOUSE_USER', text, 'default', 'User of the embedded ClickHouse interface.'),
  clickhousePassword: setting('PULSO_CLICKHOUSE_PASSWORD', text, '', 'Password of that user; empty asks for none.', {
    secret: true,
  }),
  clickhouseWritable: setting(
    'PULSO_CLICKHOUSE_WRITABLE',
    flag,
    'false',
    'Whether the embedded ClickHouse interface takes writes.',
  ),
  sentiment: setting('PULSO_SENTIMENT', flag, 'true', 'Whether texts are scored.'),
  modelDir: setting(
    'PULSO_MODEL_DIR',
    path,
    projectPath('models/sentiment-es-en-pt'),
    'Hugging Face directory of the sentiment model.',
  ),
  modelWorkers: setting(
    'PULSO_MODEL_WORKERS',
    count(0, 64),
    '0',
    'Worker threads of the model; 0 chooses by the number of cores.',
  ),
  modelCache: setting('PULSO_MODEL_CACHE', count(0, 10_000_000), '50000', 'Scored texts kept in memory.'),
  authorKey: setting(
    'PULSO_AUTHOR_KEY',
    text,
    '',
    'Key of the hashes that stand for authors; empty makes one and keeps it in the data folder.',
    { secret: true },
  ),
  samples: setting(
    'PULSO_SAMPLES',
    flag,
    'true',
    'Whether an empty engine starts by replaying the posts shipped in samples/.',
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
      errors.push(`${env}: "${secret ? '***' : given}" ${error instanceof Error ? error.message : String(error)}`)
      return [name, undefined]
    }
  })
  if (errors.length > 0) throw new ConfigError(errors.join('\n'))
  const config = Object.fromEntries(entries) as Config
  if (!isLoopback(config.clickhouseHost) && config.clickhousePassword === '') {
    throw new ConfigError(
      `PULSO_CLICKHOUSE_HOST: "${config.clickhouseHost}" lets other machines query the store without a password: set PULSO_CLICKHOUSE_PASSWORD, or listen on 127.0.0.1`,
    )
  }
  return { ...config, dataDir: resolve(config.dataDir), modelDir: resolve(config.modelDir) }
}

/** The configuration as text, a line a setting, secrets masked. */
export function showConfig(config: Config): string {
  return Object.entries(settings)
    .map(([name, entry]) => {
      const value = config[name as keyof Settings]
      return `${entry.env}=${'secret' in entry && value !== '' ? '***' : String(value)}`
    })
    .join('\n')
}
