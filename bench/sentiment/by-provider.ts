import type { ProviderName } from '../../models/providers/index.js'
import { openSentimentModel } from '../../models/sentiment-model.js'
import { median, rounded, secondsOf } from './figures.js'
import { scoreAll } from './ours.js'

/** How fast a model is with a provider; why it cannot be used otherwise. */
export type ProviderRate =
  | {
      readonly provider: ProviderName
      readonly precision: string
      readonly texts_per_second: number
      readonly tokens_per_second: number
    }
  | { readonly provider: ProviderName; readonly unavailable: string }

/** Texts that a provider is warmed up with; they also tell how many it can be given. */
const warmTexts = 64
/** Seconds that one run takes at most, by what the warm-up took: graphics that a CPU draws take seconds for a text. */
const runSeconds = 5

/** Medians over slices of texts, a run each. */
export async function rateWith(
  provider: ProviderName,
  dir: string,
  workers: number,
  slices: readonly (readonly string[])[],
): Promise<ProviderRate> {
  let model: Awaited<ReturnType<typeof openSentimentModel>>
  try {
    model = await openSentimentModel({ dir, provider, workers, cache: 0 })
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { provider, unavailable: reason }
  }
  try {
    const warm = slices[0]?.slice(0, warmTexts) ?? []
    await scoreAll(model, warm)
    const most = Math.ceil((runSeconds * warm.length) / (await secondsOf(() => scoreAll(model, warm))))
    await scoreAll(model, slices[0]?.slice(0, most) ?? [])
    const [rates, tokenRates]: [number[], number[]] = [[], []]
    for (const slice of slices) {
      const texts = slice.slice(0, most)
      const before = model.status().tokens
      const seconds = await secondsOf(() => scoreAll(model, texts))
      rates.push(texts.length / seconds)
      tokenRates.push((model.status().tokens - before) / seconds)
    }
    return {
      ...{ provider, precision: model.status().precision },
      texts_per_second: rounded(median(rates)),
      tokens_per_second: rounded(median(tokenRates)),
    }
  } finally {
    await model.close()
  }
}

/** A line of the table of providers. */
export const rateLine = (model: string, rate: ProviderRate): string =>
  'unavailable' in rate
    ? `| ${model} | ${rate.provider} | | | ${rate.unavailable} |`
    : `| ${model} | ${rate.provider} | ${rate.texts_per_second} | ${rate.tokens_per_second} | ${rate.precision} |`
