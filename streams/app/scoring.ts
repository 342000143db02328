import type { BatchResult, ScoredText, SentimentModel } from '../engine/ports/batch.js'
import { analyse } from '../topologies/text-analyser.js'

/** A model that says which languages it was made for; null when it does not say. */
export interface LanguageBoundModel extends SentimentModel {
  readonly languages: readonly string[] | null
}

/**
 * Scores texts that somebody asks for, in order. Each is scored whatever it is written in; the answer says whether the
 * model was made for that. Rejects when the whole model is gone.
 */
export async function scoreTexts(
  model: LanguageBoundModel,
  texts: readonly string[],
): Promise<readonly BatchResult<ScoredText>[]> {
  const results = await model.call(texts)
  return results.map((result, at) => {
    if (result.kind === 'failed') return result
    const { language } = analyse(texts[at] ?? '')
    const supported = language === null ? null : (model.languages?.includes(language) ?? null)
    return { kind: 'ok', value: { ...result.value, language, supported } }
  })
}
