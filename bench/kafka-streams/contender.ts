import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectPath } from '../../streams/project.js'
import { streamsLibraries } from '../../tests/support/kafka/artefacts.js'
import type { JobName } from './jobs.js'
import { inputTopics, outputSchemas } from './jobs.js'
import type { ProcessSettings } from './pulso-process.js'
import { schemaId } from './values.js'

export const contenderNames = ['kafka-streams-rocksdb', 'kafka-streams-memory', 'pulso-memory', 'pulso-disk'] as const
export type ContenderName = (typeof contenderNames)[number]

/** What a contender is given to do. */
export interface Assignment {
  readonly job: JobName
  readonly brokers: string
  /** Names this run of it. */
  readonly application: string
  readonly output: string
  readonly partitions: number
  readonly threads: number
  /** Milliseconds. */
  readonly commitInterval: number
  /** How often Kafka Streams gives finals at most, in milliseconds. */
  readonly emitInterval: number
  /** Records of all inputs. */
  readonly records: number
  /** An empty folder. */
  readonly dir: string
}

/** From the first record to the last. */
export interface Measured {
  readonly seconds: number
  /** CPU seconds of the process. */
  readonly cpu: number
  /** Peak of the resident memory since the start of the process, in mebibytes. */
  readonly peakMemory: number
}

interface Told {
  readonly event: 'first' | 'done'
  readonly seconds: number
  readonly cpu: number
}

/** A process that does the job until it is stopped. */
export class Contender {
  readonly #process: ChildProcess
  readonly #told = new Map<string, Told>()
  #heard = () => {}
  readonly #ended: Promise<unknown>

  private constructor(command: string, args: readonly string[]) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#ended = once(this.#process, 'close')
    if (this.#process.stdout === null) throw new Error('the output of a contender is a pipe')
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      const told: Told = JSON.parse(line)
      this.#told.set(told.event, told)
      this.#heard()
    })
  }

  static start(name: ContenderName, assignment: Assignment, classes: string): Contender {
    if (name === 'pulso-memory') return new Contender(process.execPath, pulso(assignment, null))
    if (name === 'pulso-disk') return new Contender(process.execPath, pulso(assignment, join(assignment.dir, 'state')))
    const store = name === 'kafka-streams-memory' ? 'memory' : 'rocksdb'
    return new Contender('java', kafkaStreams(assignment, store, classes))
  }

  /** Resolves once the first record is here. @throws Error when the process ends before */
  begun(): Promise<Told> {
    return this.#hears('first')
  }

  /** Resolves once all records were taken. @throws Error when the process ends before */
  async done(): Promise<Measured> {
    const first = await this.#hears('first')
    const done = await this.#hears('done')
    return { seconds: done.seconds - first.seconds, cpu: done.cpu - first.cpu, peakMemory: this.#peakMemory() }
  }

  /** Lets it commit what it has, and waits for its end. */
  async stop(): Promise<void> {
    this.#process.stdin?.end()
    await this.#ended
  }

  async #hears(event: Told['event']): Promise<Told> {
    const told = new Promise<Told>((resolve) => {
      this.#heard = () => {
        const found = this.#told.get(event)
        if (found !== undefined) resolve(found)
      }
      this.#heard()
    })
    const ended = this.#ended.then(() => {
      throw new Error('a contender ended before it was done: its messages stand above')
    })
    ended.catch(() => undefined)
    return Promise.race([told, ended])
  }

  #peakMemory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8')
    return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024)
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

function pulso(assignment: Assignment, stateDir: string | null): readonly string[] {
  const { job, brokers, application, output, partitions, threads, commitInterval, records } = assignment
  const settings: ProcessSettings = {
    ...{ job, brokers: [brokers], application, output, partitions, threads, commitInterval, records, stateDir },
    owned: Array.from({ length: partitions }, (_, index) => index),
  }
  const module = projectPath('dist/bench/kafka-streams/pulso-process.js')
  return ['--enable-source-maps', module, JSON.stringify(settings)]
}

/**
 * How Kafka Streams gives finals: by itself when windows close, or by a buffer behind the updates, whichever was faster for
 * the job and store.
 */
const emission = (job: JobName, store: string): 'close' | 'suppress' =>
  job === 'bid-sessions' && store === 'rocksdb' ? 'suppress' : 'close'

function kafkaStreams(assignment: Assignment, store: string, classes: string): readonly string[] {
  const { job, brokers, application, output, threads, commitInterval, emitInterval, records, dir } = assignment
  const settings = {
    ...{ job, brokers, application, output, threads, commitInterval, emitInterval, records, store },
    ...{ stateDir: join(dir, 'state') },
    ...{ input: inputTopics.bids.name, inputId: schemaId(inputTopics.bids.schema) },
    ...{ table: inputTopics.auctions.name, tableId: schemaId(inputTopics.auctions.schema) },
    outputId: schemaId(outputSchemas[job]),
    emit: emission(job, store),
  }
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const path = [`${streamsLibraries()}/*`, classes].join(':')
  return ['-Xmx1g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', path, 'Contender', ...given]
}
