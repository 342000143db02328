import type { SentimentResult } from './loaded-model.js'
import { statusWith } from './model-status.js'
import type { LocalSentimentModel, SentimentModelStatus } from './sentiment-model.js'

/** A model on trial, and the share of texts that it scores, 0 to 1. */
export interface Trial {
  readonly model: LocalSentimentModel
  readonly share: number
}

/** FNV-1a over the UTF-16 units of a text, mixed so that texts that differ a little lie far apart; 0 up to 1. */
export function placeOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** A model with others on trial beside it: each text is scored by one, always the same, which its score names. */
class RoutedModel implements LocalSentimentModel {
  constructor(
    private readonly main: LocalSentimentModel,
    private readonly trials: readonly Trial[],
  ) {}

  get name(): string {
    return this.main.name
  }

  get languages(): readonly string[] | null {
    return this.main.languages
  }

  async call(items: readonly string[]): Promise<readonly SentimentResult[]> {
    const places = new Map<LocalSentimentModel, number[]>()
    for (const [at, item] of items.entries()) {
      const model = this.#modelOf(item)
      const known = places.get(model)
      if (known) known.push(at)
      else places.set(model, [at])
    }
    const results = new Array<SentimentResult>(items.length)
    const calls = [...places].map(async ([model, at]) => {
      const scored = await model.call(at.map((place) => items[place] ?? ''))
      for (const [index, place] of at.entries())
        results[place] = scored[index] ?? { kind: 'failed', reason: 'the model gave no result' }
    })
    await Promise.all(calls)
    return results
  }

  /** Of the main model, its counts with those of the trials. */
  status(): SentimentModelStatus {
    return statusWith(
      this.main.status(),
      this.trials.map(({ model }) => model.status()),
    )
  }

  /** Of the main model alone. */
  reload(dir: string): Promise<void> {
    return this.main.reload(dir)
  }

  async close(): Promise<void> {
    await Promise.all([this.main, ...this.trials.map(({ model }) => model)].map((model) => model.close()))
  }

  #modelOf(text: string): LocalSentimentModel {
    let place = placeOf(text)
    for (const { model, share } of this.trials) {
      if (place < share) return model
      place -= share
    }
    return this.main
  }
}

/**
 * Sends a share of the texts to each model on trial and the rest to the main one. Which one a text goes to depends on
 * the text alone, so that it has the same score wherever and however often it is scored.
 * @throws RangeError when the shares sum to more than 1
 */
export function withTrials(main: LocalSentimentModel, trials: readonly Trial[]): LocalSentimentModel {
  const sum = trials.reduce((total, { share }) => total + share, 0)
  if (sum > 1)
    throw new RangeError(
      `the models on trial ask for ${Math.round(sum * 100)} % of the texts: at most 100 % can be given`,
    )
  return trials.length === 0 ? main : new RoutedModel(main, trials)
}
