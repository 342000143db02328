import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../../streams/project.js'
import { streamsLibraries } from '../../tests/support/kafka/artefacts.js'
import { inputTopics, type JobName, outputSchemas } from './jobs.js'
import type { ProcessSettings } from './pulso-process.js'
import { schemaId, schemas } from './values.js'

export const contenderNames = [
  'kafka-streams-rocksdb',
  'kafka-streams-memory',
  'pulso-memory',
  'pulso-disk',
  'quix-streams',
] as const
export type ContenderName = (typeof contenderNames)[number]

/** What a contender is given to do. */
export interface Assignment {
  readonly job: JobName
  readonly brokers: string
  /** Names this run of it. */
  readonly application: string
  readonly output: string
  readonly partitions: number
  /** Processes that share the partitions. */
  readonly workers: number
  /** Of each worker. */
  readonly threads: number
  /** Milliseconds. */
  readonly commitInterval: number
  /** How often Kafka Streams gives finals at most, in milliseconds. */
  readonly emitInterval: number
  /** Records of all inputs. */
  readonly records: number
  /** Records that are taken before anything is measured. */
  readonly notBefore: number
  /** Records after those while which programs are still being compiled. */
  readonly warmUp: number
  /** An empty folder. */
  readonly dir: string
}

/** A program and its arguments. */
export type Command = readonly [program: string, args: readonly string[]]

/** One for each process. */
export function commandsOf(name: ContenderName, assignment: Assignment, classes: string): readonly Command[] {
  const { workers, threads, dir } = assignment
  const each = (count: number, command: (index: number) => Command) =>
    Array.from({ length: count }, (_, index) => command(index))
  switch (name) {
    case 'pulso-memory':
      return each(workers, (index) => pulso(assignment, index, null))
    case 'pulso-disk':
      return each(workers, (index) => pulso(assignment, index, join(dir, `state-${index}`)))
    case 'quix-streams':
      // It has no threads: its documentation gives each core a process.
      return each(workers * threads, (index) => quixStreams(assignment, join(dir, `state-${index}`)))
    default: {
      const store = name === 'kafka-streams-memory' ? 'memory' : 'rocksdb'
      return each(workers, (index) => kafkaStreams(assignment, store, join(dir, `state-${index}`), classes))
    }
  }
}

/**
 * Compiles the Java side.
 * @param dir where a folder for the classes is made
 * @returns the folder
 */
export function compileJava(dir: string): string {
  const classes = mkdtempSync(join(dir, 'classes-'))
  const sources = projectPath('bench/kafka-streams/java')
  const files = readdirSync(sources).map((file) => join(sources, file))
  execFileSync('javac', ['-d', classes, '-cp', `${streamsLibraries()}/*`, ...files], { stdio: 'pipe' })
  return classes
}

/** Python with the packages of bench/kafka-streams/quix/requirements.txt. */
const python = () => process.env.BENCH_PYTHON ?? 'python3'

/** Null when Quix Streams can be run. */
export function whyNoQuix(): string | null {
  try {
    execFileSync(python(), ['-c', 'import fastavro, quixstreams'], { stdio: 'pipe' })
    return null
  } catch {
    return `${python()} has no quixstreams: pip install -r bench/kafka-streams/quix/requirements.txt, and set BENCH_PYTHON`
  }
}

function pulso(assignment: Assignment, worker: number, stateDir: string | null): Command {
  const { job, brokers, application, output, partitions, workers, threads, commitInterval } = assignment
  const settings: ProcessSettings = {
    ...{ job, brokers: [brokers], application, output, partitions, threads, commitInterval, stateDir },
    owned: Array.from({ length: partitions }, (_, index) => index).filter((index) => index % workers === worker),
  }
  const module = projectPath('dist/bench/kafka-streams/pulso-process.js')
  return [process.execPath, ['--enable-source-maps', module, JSON.stringify(settings)]]
}

function quixStreams(assignment: Assignment, stateDir: string): Command {
  const { job, brokers, application, output, commitInterval } = assignment
  const schemaOf = (name: string) => ({ id: schemaId(name), schema: JSON.parse(schemas.get(name) ?? '') })
  const settings = {
    ...{ job, brokers, application, commitInterval, stateDir },
    bids: { topic: inputTopics.bids.name, ...schemaOf(inputTopics.bids.schema) },
    auctions: { topic: inputTopics.auctions.name, ...schemaOf(inputTopics.auctions.schema) },
    output: { topic: output, ...schemaOf(outputSchemas[job]) },
  }
  return [python(), [projectPath('bench/kafka-streams/quix/contender.py'), JSON.stringify(settings)]]
}

/**
 * How Kafka Streams gives finals: by itself when windows close, or by a buffer behind the updates, whichever was faster for
 * the job and store.
 */
const emission = (job: JobName, store: string): 'close' | 'suppress' =>
  job === 'bid-sessions' && store === 'rocksdb' ? 'suppress' : 'close'

function kafkaStreams(assignment: Assignment, store: string, stateDir: string, classes: string): Command {
  const { job, brokers, application, output, threads, commitInterval, emitInterval } = assignment
  const settings = {
    ...{ job, brokers, application, output, threads, commitInterval, emitInterval, store, stateDir },
    ...{ input: inputTopics.bids.name, inputId: schemaId(inputTopics.bids.schema) },
    ...{ table: inputTopics.auctions.name, tableId: schemaId(inputTopics.auctions.schema) },
    outputId: schemaId(outputSchemas[job]),
    emit: emission(job, store),
  }
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const path = [`${streamsLibraries()}/*`, classes].join(':')
  return ['java', ['-Xmx1g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', path, 'Contender', ...given]]
}
