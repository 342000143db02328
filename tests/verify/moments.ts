import type { LogLine } from './engine-process.js'
import { type Asked, allRead } from './feeder.js'
import type { Lives } from './lives.js'
import type { Random } from './random.js'

/** Moments of an engine at which something can happen to it. */
const moments = ['batch', 'batch', 'commit', 'commit', 'insert', 'insert', 'any', 'any', 'start'] as const
type Moment = (typeof moments)[number]

/** Waits for moments of an engine that are chosen by a seed. */
export class Moments {
  readonly #lives: Lives
  readonly #asked: Asked
  readonly #chance: Random
  #waiting: { readonly moment: Moment; left: number; readonly reached: () => void } | null = null

  /** @param asked is asked whether everything is read */
  constructor(lives: Lives, asked: Asked, chance: Random) {
    this.#lives = lives
    this.#asked = asked
    this.#chance = chance
    lives.onLine((line) => this.#hear(line))
  }

  /**
   * Waits for the next moment, and gives it; `at rest` when there was nothing left to wait for.
   * @param fed resolves when nothing more will be sent before it
   */
  async next(fed: Promise<void>): Promise<string> {
    const chosen = new AbortController()
    const hit = await this.#reach(this.#chance.pick(moments), fed, chosen.signal)
    chosen.abort()
    return hit
  }

  async #reach(moment: Moment, fed: Promise<void>, chosen: AbortSignal): Promise<string> {
    if (moment === 'start') {
      await pause(this.#chance.between(0, 1_200))
      return moment
    }
    await this.#lives.listening()
    const atRest = fed.then(() => allRead(this.#asked, chosen)).then(() => 'at rest')
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
    const waiting = this.#waiting
    if (waiting === null || line['begins'] !== waiting.moment) return
    waiting.left -= 1
    if (waiting.left === 0) waiting.reached()
  }
}

export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))
