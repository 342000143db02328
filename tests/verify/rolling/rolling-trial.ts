import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { schemaIdOf } from '../../../schemas/framing.js'
import type { Instance } from '../../../streams/app/instance.js'
import { openInstance } from '../../../streams/app/open.js'
import { Cluster } from '../cluster/cluster.js'
import { compareCluster } from '../cluster/settled.js'
import { type RankOf, rankIn } from '../compare/places.js'
import { type Compared, RowComparison } from '../comparison.js'
import type { TrialOptions } from '../engine-trial.js'
import { Lives } from '../lives.js'
import { Moments } from '../moments.js'
import { random } from '../random.js'
import { inputTopics, queried, raw } from '../reading.js'
import { Tally, type Trial } from '../trial.js'
import { configOf, environmentOf } from '../world.js'
import { nextVersion } from './next-version.js'

interface Worker {
  readonly name: string
  readonly lives: Lives
  readonly moments: Moments
}

const names = ['first', 'second'] as const
const topologies = { before: 'consumer-trends', next: 'consumer-trends,emerging-words' } as const
/** How many there are to upgrade. */
export const workers = names.length

/**
 * Two workers on a Kafka cluster, which are brought to a next version one after the other while they are fed: it has
 * another schema of mentions, another step in `consumer-trends`, and `emerging-words`, which the version before was
 * not asked to run. Each strike ends one worker in peace and starts it as the next version.
 */
export class RollingTrial implements Trial {
  readonly hits = new Tally()
  readonly #cluster: Cluster
  /** Knows the stages of the version before alone: those of the next one are behind until a worker has it. */
  readonly #before: Instance
  readonly #instance: Instance
  readonly #workers: readonly Worker[]
  #upgraded = 0
  /** Both have the next version. */
  #done = false

  private constructor(
    cluster: Cluster,
    before: Instance,
    instance: Instance,
    { dataDir, sentiment, chance }: TrialOptions,
  ) {
    this.#cluster = cluster
    this.#before = before
    this.#instance = instance
    const script = nextVersion(join(dataDir, 'next-version'))
    this.#workers = names.map((name) => {
      const folder = join(dataDir, name)
      const lives = new Lives(
        folder,
        (life) => ({
          ...environmentOf({ dataDir: folder, sentiment }),
          ...cluster.settings,
          PULSO_TOPOLOGIES: life === 0 ? topologies.before : topologies.next,
        }),
        (what) => appendFileSync(join(dataDir, `${name}.log`), `${what}\n`),
        (life) => (life === 0 ? null : script),
      )
      lives.onLine((line) => this.hits.hear(line))
      return { name, lives, moments: new Moments(lives, this, random(chance.between(0, 2 ** 31))) }
    })
  }

  static async begin(options: TrialOptions): Promise<RollingTrial> {
    const { dataDir, sentiment } = options
    const cluster = await Cluster.start(dataDir)
    const open = (version: keyof typeof topologies) => {
      const environment = environmentOf({ dataDir: join(dataDir, `asking-${version}`), sentiment })
      return openInstance(configOf({ ...environment, ...cluster.settings, PULSO_TOPOLOGIES: topologies[version] }))
    }
    return new RollingTrial(cluster, await open('before'), await open('next'), options)
  }

  get failed(): Promise<never> {
    return Promise.race(this.#workers.map(({ lives }) => lives.failed))
  }

  ask<Answer>(question: (instance: Instance) => Promise<Answer>): Promise<Answer> {
    return question(this.#done ? this.#instance : this.#before)
  }

  /** Brings the next worker to the next version. @throws RangeError when both have it */
  async strike(fed: Promise<void>): Promise<string> {
    const worker = this.#workers[this.#upgraded++]
    if (worker === undefined) throw new RangeError(`there are ${workers} workers to upgrade`)
    const { name, lives, moments } = worker
    const moment = await moments.next(fed)
    await lives.listening()
    await lives.stopAndRestart()
    await lives.listening()
    this.hits.add('worker upgraded')
    this.#done = this.#upgraded === workers
    return `worker upgraded (${name}: ${moment})`
  }

  ranks(): Promise<RankOf> {
    return rankIn(this.#instance, inputTopics)
  }

  /** Beside what must be so of any cluster: both versions have written mentions, and the table tells which. */
  async settled(): Promise<readonly Compared[]> {
    const ids = new Map<number, number>()
    for await (const { value } of raw(this.#instance, 'mentions')) {
      const id = value === null ? null : schemaIdOf(value)
      if (id !== null) ids.set(id, (ids.get(id) ?? 0) + 1)
    }
    const [before = 0, after = 0] = [...ids].sort(([one], [other]) => one - other).map(([, count]) => count)
    const sql = 'SELECT countIf(wordCount IS NULL), countIf(wordCount IS NOT NULL) FROM mentions'
    const [row = []] = await queried(this.#instance, sql)
    const expected = new Map([['mentions', [2, before, after]]])
    const columns = ['versions', 'of the version before', 'of the next version']
    const rows = new RowComparison('versions of the schema in use', columns, expected, (counts) => counts)
    rows.take('mentions', [ids.size, ...row.map(Number)])
    return [rows.end(), ...(await compareCluster(this.#instance, this.#cluster.settings, workers))]
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ lives }) => lives.stop()))
    await Promise.all([this.#before.close(), this.#instance.close()])
    await this.#cluster.stop()
  }
}
