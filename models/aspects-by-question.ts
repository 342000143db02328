import type { AspectSentiment } from '../streams/engine/ports/batch.js'
import type { SentimentResult } from './loaded-model.js'
import { statusWith } from './model-status.js'
import type { LocalSentimentModel, SentimentModelStatus } from './sentiment-model.js'

/** An aspect that a text speaks of, with the words that name it, as they are written. */
export interface NamedAspect {
  readonly aspect: string
  readonly words: readonly string[]
}

/** Finds the aspects of a text; the same text always gives the same. */
export type NamedAspectsOf = (text: string) => readonly NamedAspect[]

/** A model that is asked about one aspect of a text, and how it is asked. */
export interface AspectModel {
  readonly model: LocalSentimentModel
  /** As in `{aspect}: {words} | {text}`. */
  readonly question: string
}

/** Words of a question at most: a list of a hundred dishes would leave no room for the text. */
const mostWords = 12

/** The text that a model is asked for what `text` says of an aspect. Nothing in the text is taken for a placeholder. */
export function questionOf(question: string, { aspect, words }: NamedAspect, text: string): string {
  const parts: Readonly<Record<string, string>> = { aspect, words: words.slice(0, mostWords).join(', '), text }
  return question.replaceAll(/\{(aspect|words|text)\}/g, (_, name: string) => parts[name] ?? '')
}

/**
 * A model of sentiment with one of aspects beside it, which is asked about every aspect that a text names. Questions are
 * texts like others there: they share its runs, its memory and its workers. An aspect whose question cannot be answered
 * is left out. A score names both models.
 */
class AspectsByQuestion implements LocalSentimentModel {
  constructor(
    private readonly sentiment: LocalSentimentModel,
    private readonly aspects: AspectModel,
    private readonly namedIn: NamedAspectsOf,
  ) {}

  get name(): string {
    return this.#named(this.sentiment.name)
  }

  get languages(): readonly string[] | null {
    return this.sentiment.languages
  }

  async call(items: readonly string[]): Promise<readonly SentimentResult[]> {
    const named = items.map(this.namedIn)
    const questions = named.flatMap((found, at) =>
      found.map((one) => questionOf(this.aspects.question, one, items[at] ?? '')),
    )
    const [results, answers] = await Promise.all([
      this.sentiment.call(items),
      questions.length === 0 ? [] : this.aspects.model.call(questions),
    ])
    let next = 0
    return items.map((_, at): SentimentResult => {
      const whole = results[at] ?? { kind: 'failed', reason: 'the model gave no result' }
      const aspects = (named[at] ?? []).flatMap(({ aspect }): readonly AspectSentiment[] => {
        const answer = answers[next++]
        return answer?.kind === 'ok' ? [{ aspect, label: answer.value.label, confidence: answer.value.confidence }] : []
      })
      // What the model itself knows of aspects comes first.
      if (whole.kind !== 'ok' || whole.value.aspects !== undefined) return whole
      return { kind: 'ok', value: { ...whole.value, model: this.#named(whole.value.model), aspects } }
    })
  }

  /** Of the model of sentiment, its counts with those of the model of aspects. */
  status(): SentimentModelStatus {
    return { ...statusWith(this.sentiment.status(), [this.aspects.model.status()]), name: this.name }
  }

  /** Of the model of sentiment alone. */
  reload(dir: string): Promise<void> {
    return this.sentiment.reload(dir)
  }

  async close(): Promise<void> {
    await Promise.all([this.sentiment.close(), this.aspects.model.close()])
  }

  #named(sentiment: string): string {
    return `${sentiment}+${this.aspects.model.name}`
  }
}

/** The model, which then also says what a text says of each aspect: by the answers of the model of aspects. */
export const withAspectModel = (
  sentiment: LocalSentimentModel,
  aspects: AspectModel,
  namedIn: NamedAspectsOf,
): LocalSentimentModel => new AspectsByQuestion(sentiment, aspects, namedIn)
