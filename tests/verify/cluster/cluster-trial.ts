import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instance } from '../../../streams/app/instance.js'
import { openInstance } from '../../../streams/app/open.js'
import type { KafkaSeries } from '../../support/kafka/artefacts.js'
import { type RankOf, rankIn } from '../compare/places.js'
import type { Compared } from '../comparison.js'
import type { TrialOptions } from '../engine-trial.js'
import { Lives } from '../lives.js'
import { Moments, pause } from '../moments.js'
import type { Widths } from '../oracle/event.js'
import { type Random, random } from '../random.js'
import { inputTopics } from '../reading.js'
import { Tally, type Trial } from '../trial.js'
import { configOf, environmentOf, firstWidths, partitions } from '../world.js'
import { Cluster, workerSession } from './cluster.js'
import { type Fault, faults } from './faults.js'
import { compareCluster } from './settled.js'

interface Worker {
  readonly name: string
  readonly lives: Lives
  readonly moments: Moments
}

/** Topics that sinks alone read. */
const outputs = ['trends', 'late', 'dead-letters'] as const
/** Topics of the input, those more often in which keys come again. */
const widened = ['posts', 'posts', 'reviews', 'deletions'] as const
const names = ['first', 'second'] as const

/**
 * Two workers on a Kafka cluster with a schema registry and a ClickHouse server, all in processes of their own; workers
 * and servers are killed, stopped and frozen at moments chosen by a seed. What is asked is asked of the cluster itself.
 */
export class ClusterTrial implements Trial {
  readonly hits = new Tally()
  readonly failed: Promise<never>
  readonly #cluster: Cluster
  readonly #options: TrialOptions
  readonly #instance: Instance
  readonly #workers: readonly Worker[]
  readonly #faults: Generator<Fault, never>
  /** Of those that come and go. */
  #newcomers = 0
  readonly #outputWidths = new Map<string, number>()
  /** Partitions of the topics of the input, and those that they are to have before more is sent. */
  #widths = firstWidths
  #toWiden = firstWidths
  #fail: (error: Error) => void = () => {}
  /** Servers that were broken until now. */
  #broken = 0
  /** While one is broken: resolves when it is mended. */
  #mending: Promise<void> | null = null

  private constructor(cluster: Cluster, instance: Instance, options: TrialOptions) {
    this.#cluster = cluster
    this.#instance = instance
    this.#options = options
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => {})
    this.#workers = names.map((name) => this.#worker(name))
    this.#faults = faults(this.#random())
  }

  /** @param series of the broker's version */
  static async begin(options: TrialOptions, series: KafkaSeries = 4): Promise<ClusterTrial> {
    const { dataDir, sentiment, settings } = options
    const cluster = await Cluster.start(dataDir, series)
    const asking = join(dataDir, 'asking')
    const instance = await openInstance(
      configOf({ ...environmentOf({ dataDir: asking, sentiment }), ...settings, ...cluster.settings }),
    )
    return new ClusterTrial(cluster, instance, options)
  }

  async ask<Answer>(
    question: (instance: Instance) => Promise<Answer>,
    lost: (instance: Instance) => Promise<void> = async () => {},
  ): Promise<Answer> {
    for (let first = true; ; first = false) {
      const broken = this.#broken
      const isWhole = this.#mending === null
      try {
        if (!first) await lost(this.#instance)
        return await question(this.#instance)
      } catch (error) {
        if (isWhole && broken === this.#broken) throw error
        await this.#mending
      }
    }
  }

  async strike(fed: Promise<void>): Promise<string> {
    const fault = this.#faults.next().value
    const worker = this.#chance.pick(this.#workers)
    const moment = await worker.moments.next(fed)
    const { broker, registry, clickhouse } = this.#cluster
    switch (fault) {
      case 'worker killed':
        await worker.lives.killAndRestart()
        break
      case 'worker stopped':
        await worker.lives.listening()
        await worker.lives.stopAndRestart()
        break
      case 'worker frozen':
        await worker.lives.freeze(workerSession + this.#chance.between(500, 3_000))
        break
      case 'worker added':
        await this.#newcomer()
        break
      case 'broker killed':
        await this.#break(
          () => broker.stop('SIGKILL'),
          1_000,
          () => broker.resume(),
        )
        break
      case 'broker stopped':
        await this.#break(
          () => broker.stop('SIGTERM'),
          1_000,
          () => broker.resume(),
        )
        break
      case 'registry killed':
        await this.#break(
          () => registry.stop('SIGKILL'),
          3_000,
          () => registry.resume(),
        )
        break
      case 'ClickHouse killed':
        await this.#break(
          () => clickhouse.kill(),
          5_000,
          () => clickhouse.start(),
        )
        break
      case 'partition of an input added': {
        const topic = this.#chance.pick(widened)
        this.#toWiden = { ...this.#toWiden, [topic]: this.#toWiden[topic] + 1 }
        break
      }
      case 'partition of an output added': {
        const topic = this.#chance.pick(outputs)
        const count = (this.#outputWidths.get(topic) ?? partitions) + 1
        this.#outputWidths.set(topic, count)
        await this.ask(() => this.#cluster.widen(topic, count))
      }
    }
    this.hits.add(fault)
    return `${fault} (${worker.name}: ${moment})`
  }

  /** Whoever sends the input does it: keys choose among more partitions from then on. */
  get widening(): (() => Promise<Widths>) | null {
    return this.#toWiden === this.#widths ? null : () => this.#widen()
  }

  async #widen(): Promise<Widths> {
    const wanted = this.#toWiden
    for (const topic of inputTopics) {
      if (wanted[topic] === this.#widths[topic]) continue
      await this.ask(() => this.#cluster.widen(topic, wanted[topic]))
    }
    this.#widths = wanted
    return wanted
  }

  ranks(): Promise<RankOf> {
    return this.ask((instance) => rankIn(instance, inputTopics))
  }

  settled(): Promise<readonly Compared[]> {
    return this.ask((instance) => compareCluster(instance, this.#cluster.settings, this.#workers.length))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ lives }) => lives.stop()))
    await this.#instance.close()
    await this.#cluster.stop()
  }

  get #chance(): Random {
    return this.#options.chance
  }

  #random(): Random {
    return random(this.#chance.between(0, 2 ** 31))
  }

  #worker(name: string): Worker {
    const { dataDir, sentiment, settings } = this.#options
    const folder = join(dataDir, name)
    const lives = new Lives(
      folder,
      (life) => ({
        ...environmentOf({ dataDir: folder, sentiment }),
        ...settings,
        ...this.#cluster.settings,
        // Whose task is whose, within a worker and among all, changes with each life.
        PULSO_STREAM_THREADS: String(1 + (life % 2)),
      }),
      // Of troubles there are many: they are made here.
      (what) => appendFileSync(join(dataDir, `${name}.log`), `${what}\n`),
    )
    lives.onLine((line) => this.hits.hear(line))
    lives.failed.catch(this.#fail)
    return { name, lives, moments: new Moments(lives, this, this.#random()) }
  }

  /** A worker comes, works for a while, and goes: in peace or not. */
  async #newcomer(): Promise<void> {
    const { lives } = this.#worker(`newcomer-${this.#newcomers++}`)
    await Promise.race([lives.listening(), lives.failed])
    await pause(this.#chance.between(500, 3_000))
    if (this.#chance.perMille(500)) await lives.kill()
    else await lives.stop()
  }

  /** @param longest milliseconds that it stays broken */
  async #break(down: () => Promise<void>, longest: number, up: () => Promise<void>): Promise<void> {
    const mend = async () => {
      await down()
      await pause(this.#chance.between(0, longest))
      await up()
    }
    this.#broken += 1
    this.#mending = mend()
    await this.#mending
    this.#mending = null
  }
}
