import type { AspectSentiment } from '../streams/engine/ports/batch.js'
import type { SentimentResult } from './loaded-model.js'
import type { LocalSentimentModel, SentimentModelStatus } from './sentiment-model.js'

/** What a text says of an aspect: the part of it that is scored; null: the text itself. */
export interface Passage {
  readonly aspect: string
  readonly passage: string | null
}

/** Finds the passages of a text; the same text always gives the same. */
export type PassagesOf = (text: string) => readonly Passage[]

/**
 * A model that knows no aspects, asked about the passages of a text as about texts: they share its runs, its memory and
 * its version. An aspect whose passage cannot be scored is left out.
 */
class AspectsByPassage implements LocalSentimentModel {
  constructor(
    private readonly model: LocalSentimentModel,
    private readonly passagesOf: PassagesOf,
  ) {}

  get name(): string {
    return this.model.name
  }

  get languages(): readonly string[] | null {
    return this.model.languages
  }

  async call(items: readonly string[]): Promise<readonly SentimentResult[]> {
    const passages = items.map(this.passagesOf)
    const texts = passages.flatMap((found) => found.flatMap(({ passage }) => passage ?? []))
    const results = await this.model.call([...items, ...texts])
    let next = items.length
    return items.map((_, at): SentimentResult => {
      const whole = results[at] ?? { kind: 'failed', reason: 'the model gave no result' }
      const aspects = (passages[at] ?? []).flatMap(({ aspect, passage }): readonly AspectSentiment[] => {
        const result = passage === null ? whole : results[next++]
        return result?.kind === 'ok' ? [{ aspect, label: result.value.label, confidence: result.value.confidence }] : []
      })
      // What the model itself knows of aspects comes first.
      return whole.kind === 'ok' ? { kind: 'ok', value: { aspects, ...whole.value } } : whole
    })
  }

  status(): SentimentModelStatus {
    return this.model.status()
  }

  reload(dir: string): Promise<void> {
    return this.model.reload(dir)
  }

  close(): Promise<void> {
    return this.model.close()
  }
}

/** The model, which then also says what a text says of each aspect. */
export const withAspects = (model: LocalSentimentModel, passagesOf: PassagesOf): LocalSentimentModel =>
  new AspectsByPassage(model, passagesOf)
