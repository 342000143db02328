import { asOffset, type RankOf } from './compare/places.js'
import type { Asked } from './feeder.js'
import { Lives } from './lives.js'
import { Moments } from './moments.js'
import { type Random, random } from './random.js'
import { Tally, type Trial } from './trial.js'
import { environmentOf } from './world.js'

export interface TrialOptions {
  readonly dataDir: string
  readonly sentiment: boolean
  readonly chance: Random
  /** Settings of the engines beside those of every verification. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told of troubles. */
  readonly say: (what: string) => void
}

/** One engine on the embedded backend, which is killed at moments chosen by a seed and started again. */
export class EngineTrial implements Trial {
  readonly hits = new Tally()
  readonly ask: Asked['ask']
  readonly #lives: Lives
  readonly #moments: Moments

  constructor({ dataDir, sentiment, chance, settings, say }: TrialOptions) {
    this.#lives = new Lives(
      dataDir,
      (life) => ({
        ...environmentOf({ dataDir, sentiment }),
        ...settings,
        // The next engine has another number of threads: whose task is whose changes with each death.
        PULSO_STREAM_THREADS: String(1 + (life % 2)),
      }),
      say,
    )
    this.#lives.onLine((line) => this.hits.hear(line))
    this.ask = this.#lives.ask.bind(this.#lives)
    this.#moments = new Moments(this.#lives, this, random(chance.between(0, 2 ** 31)))
  }

  get failed(): Promise<never> {
    return this.#lives.failed
  }

  async strike(fed: Promise<void>): Promise<string> {
    const hit = this.hits.add(await this.#moments.next(fed))
    await this.#lives.killAndRestart()
    return hit
  }

  async ranks(): Promise<RankOf> {
    return asOffset
  }

  async settled(): Promise<readonly never[]> {
    return []
  }

  async stop(): Promise<void> {
    await this.#lives.stop()
  }
}
