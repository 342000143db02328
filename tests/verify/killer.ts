import type { LogLine } from './engine-process.js'
import { allRead } from './feeder.js'
import type { Lives } from './lives.js'
import type { Random } from './random.js'

/** Moments at which an engine is killed. */
const moments = ['batch', 'batch', 'commit', 'commit', 'insert', 'insert', 'any', 'any', 'start'] as const
type Moment = (typeof moments)[number]

/** What the kills hit. */
export interface Hits {
  /** By the moment that was chosen; `at rest` when there was nothing left to wait for. */
  readonly byMoment: ReadonlyMap<string, number>
  /** Blocks that a kill had cut between their plan and their end, and that were written again. */
  readonly resumed: number
}

/** Kills engines at moments chosen by a seed. */
export class Killer {
  readonly #lives: Lives
  readonly #chance: Random
  readonly #byMoment = new Map<string, number>()
  #resumed = 0
  #last = ''
  #waiting: { readonly moment: Moment; left: number; readonly reached: () => void } | null = null

  constructor(lives: Lives, chance: Random) {
    this.#lives = lives
    this.#chance = chance
    lives.onLine((line) => this.#hear(line))
  }

  /** The moment of the latest kill. */
  get last(): string {
    return this.#last
  }

  get hits(): Hits {
    return { byMoment: this.#byMoment, resumed: this.#resumed }
  }

  /**
   * Waits for the next moment, kills, restarts.
   * @param fed resolves when nothing more will be sent before the kill
   */
  async kill(fed: Promise<void>): Promise<void> {
    const moment = this.#chance.pick(moments)
    const chosen = new AbortController()
    const hit = await this.#moment(moment, fed, chosen.signal)
    chosen.abort()
    this.#last = hit
    this.#byMoment.set(hit, (this.#byMoment.get(hit) ?? 0) + 1)
    await this.#lives.killAndRestart()
  }

  async #moment(moment: Moment, fed: Promise<void>, chosen: AbortSignal): Promise<string> {
    if (moment === 'start') {
      await pause(this.#chance.between(0, 1_200))
      return moment
    }
    await this.#lives.listening()
    const atRest = fed.then(() => allRead(this.#lives, chosen)).then(() => 'at rest')
    // When it fails after the race is over, the run itself fails by the same cause.
    atRest.catch(() => {})
    if (moment === 'any') return Promise.race([pause(this.#chance.between(0, 1_500)).then(() => moment), atRest])
    const left = this.#chance.between(1, moment === 'insert' ? 3 : 8)
    const delay = this.#chance.perMille(500) ? 0 : this.#chance.between(0, 15)
    const reached = new Promise<string>((resolve) => {
      this.#waiting = { moment, left, reached: () => resolve(moment) }
    })
    const hit = await Promise.race([reached, atRest])
    this.#waiting = null
    if (delay > 0) await pause(delay)
    return hit
  }

  #hear(line: LogLine): void {
    if (String(line['msg']).startsWith('a block planned')) this.#resumed += 1
    const waiting = this.#waiting
    if (waiting === null || line['begins'] !== waiting.moment) return
    waiting.left -= 1
    if (waiting.left === 0) waiting.reached()
  }
}

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))
