import type { BatchResult, Sentiment, SentimentModel } from '../streams/engine/ports/batch.js'

/** A text with what came of it. */
export interface ScoredText {
  readonly text: string
  readonly result: BatchResult<Sentiment>
}

/** Texts of one call: enough for every worker to have a full window. */
const textsPerCall = 512

/** Scores any number of texts in order, holding a few hundred at a time; for the command line and bulk work. */
export async function* scoreTexts(
  model: SentimentModel,
  texts: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<ScoredText, void, undefined> {
  let batch: string[] = []
  for await (const text of texts) {
    batch.push(text)
    if (batch.length < textsPerCall) continue
    yield* scoreBatch(model, batch)
    batch = []
  }
  if (batch.length > 0) yield* scoreBatch(model, batch)
}

async function* scoreBatch(model: SentimentModel, batch: readonly string[]): AsyncGenerator<ScoredText> {
  const results = await model.call(batch)
  for (const [at, text] of batch.entries())
    yield { text, result: results[at] ?? { kind: 'failed', reason: 'the model gave no result' } }
}
