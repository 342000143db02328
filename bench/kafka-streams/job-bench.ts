import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend, OutgoingRecord } from '../../streams/engine/ports/log.js'
import { type Partition, partition, partitionId, topic } from '../../streams/engine/topic.js'
import { openKafkaBackend } from '../../streams/kafka/backend.js'
import type { ContenderName } from './commands.js'
import { Contender, type Measured } from './contender.js'
import { auctions, bids, closers, type InputSize } from './input.js'
import { inputTopics, type JobName, outputSchemas } from './jobs.js'
import { compare } from './outputs.js'
import { plainNames, serdesOf } from './tasks.js'

export interface JobBenchOptions {
  readonly brokers: string
  /** For the folders of the runs. */
  readonly dir: string
  /** Folder of the compiled Java side. */
  readonly classes: string
  readonly size: InputSize
  /** Bids at the beginning while which programs are compiled: what comes after them is told by itself, too. */
  readonly warmUp: number
  readonly partitions: number
  /** Processes of each contender, and threads of each process. */
  readonly workers: number
  readonly threads: number
  /** Milliseconds. */
  readonly commitInterval: number
  /** How often Kafka Streams gives finals at most, in milliseconds. */
  readonly emitInterval: number
}

export interface ContenderResult {
  readonly name: ContenderName
  /** In the order in which they ran. */
  readonly runs: readonly Measured[]
}

export interface JobResult {
  /** Records that each contender wrote, the same ones. */
  readonly outputs: number
  readonly contenders: readonly ContenderResult[]
}

const appendedAtOnce = 20_000
/** Milliseconds that the records which close windows come later than Kafka Streams needs to give finals again. */
const beforeClosing = 500
/** Milliseconds. */
const settledWithin = 120_000
const lookAgain = 100

/** Runs contenders over topics that are filled once. */
export class JobBench {
  readonly #options: JobBenchOptions
  readonly #backend: Backend
  #tableRecords = 0
  #run = 0
  #closings = 0

  private constructor(options: JobBenchOptions, backend: Backend) {
    this.#options = options
    this.#backend = backend
  }

  /** Fills the topics. */
  static async open(options: JobBenchOptions): Promise<JobBench> {
    const backend = await openKafkaBackend({
      ...{ cluster: { brokers: [options.brokers], clientId: 'bench' }, application: 'bench-input' },
      ...{ names: plainNames, stateDir: null, replication: 1 },
    })
    const opened = new JobBench(options, backend)
    await opened.#fill()
    return opened
  }

  /** Runs each contender so often, in turn. @throws Error when their outputs differ */
  async run(job: JobName, names: readonly ContenderName[], runs: number): Promise<JobResult> {
    const measured = new Map(names.map((name) => [name, [] as Measured[]]))
    let first: string | undefined
    let outputs = 0
    for (let run = 0; run < runs; run += 1) {
      for (const name of names) {
        const { output, ...figures } = await this.#measure(job, name)
        measured.get(name)?.push(figures)
        process.stdout.write(`${job}, ${name}: ${figures.seconds.toFixed(2)} s, ${figures.cpu.toFixed(2)} CPU s\n`)
        const partitions = this.#partitions
        outputs = await compare(this.#backend, partitions, [first ?? output, output])
        first ??= output
      }
    }
    return {
      outputs,
      contenders: [...measured].map(([name, figures]) => ({ name, runs: figures })),
    }
  }

  close(): Promise<void> {
    return this.#backend.close()
  }

  get #partitions(): readonly Partition[] {
    return Array.from({ length: this.#options.partitions }, (_, index) => partition(index))
  }

  #records(job: JobName): number {
    return this.#options.size.bids + (job === 'enriched-bids' ? this.#tableRecords : 0)
  }

  async #fill(): Promise<void> {
    const { size, partitions } = this.#options
    const serdes = await serdesOf(this.#backend, partitions)
    this.#tableRecords = await this.#append(auctions(size, serdes.forTopic(inputTopics.auctions)))
    await this.#append(bids(size, serdes.forTopic(inputTopics.bids)))
  }

  async #append(records: Iterable<OutgoingRecord>): Promise<number> {
    let count = 0
    let waiting: OutgoingRecord[] = []
    for (const record of records) {
      waiting.push(record)
      count += 1
      if (waiting.length < appendedAtOnce) continue
      await this.#backend.log.append(waiting)
      waiting = []
    }
    await this.#backend.log.append(waiting)
    return count
  }

  async #measure(job: JobName, name: ContenderName): Promise<Measured & { readonly output: string }> {
    const { brokers, dir, classes, size, warmUp, partitions, workers, threads, commitInterval, emitInterval } =
      this.#options
    this.#run += 1
    const application = `${job}-${this.#run}`
    const output = `bench-output-${this.#run}`
    await this.#backend.log.createTopic(topic(output, outputSchemas[job]), partitions)
    const contender = Contender.start(
      name,
      {
        ...{ job, brokers, application, output, partitions, workers, threads, commitInterval, emitInterval },
        // What is asked is the cost of a bid, not that of filling the table.
        ...{ records: this.#records(job), notBefore: job === 'enriched-bids' ? size.keys : 0, warmUp },
        dir: mkdtempSync(join(dir, 'run-')),
      },
      classes,
    )
    const measured = await contender.done()
    const group = name.startsWith('pulso') ? `${application}.1` : application
    // The first ones may have come too soon after the finals before them; the second ones can't have.
    await this.#close(group)
    await this.#close(group)
    await contender.stop()
    return { ...measured, output }
  }

  /** Closes the windows of the input, and waits until the group has committed that. */
  async #close(group: string): Promise<void> {
    const { size, partitions, emitInterval } = this.#options
    this.#closings += 1
    if (emitInterval > 0) await sleep(emitInterval + beforeClosing)
    const serdes = await serdesOf(this.#backend, partitions)
    const serde = serdes.forTopic(inputTopics.bids)
    const closing = await this.#backend.log.append(closers(size, partitions, this.#closings, serde))
    const places = closing.map(({ topic: of, partition: at }) => ({ topic: of, partition: at }))
    for (let left = settledWithin; left > 0; left -= lookAgain) {
      const committed = await this.#backend.log.committed(group, places)
      if (closing.every((place) => (committed.get(partitionId(place)) ?? 0) > place.offset)) return
      await sleep(lookAgain)
    }
    throw new Error(`the group ${group} has not committed the end of its input`)
  }
}
