import type { Sentiment, SentimentLabel, SentimentModel } from '../../streams/engine/ports/batch.js'
import { sentimentLabels } from '../labels.js'
import { accuracy, calibrationError, f1, interval, macroF1 } from './measures.js'
import type { LabelledReview, LabelledTweet } from './texts.js'

/** Shares of 0 to 1, with 95 % bootstrap intervals over the texts. */
export interface LanguageScore {
  readonly texts: number
  readonly macroF1: number
  readonly interval: readonly [number, number]
  readonly accuracy: number
  readonly sameAsFp32: number
  readonly calibrationError: number
  readonly unsure: number
  readonly rightWhenSure: number
  readonly rightWhenUnsure: number
}

export interface AspectScore {
  readonly texts: number
  /** F1 over pairs of text and aspect: whether it is mentioned. */
  readonly mentions: number
  readonly mentionsInterval: readonly [number, number]
  /** F1 of mentions with the right polarity. */
  readonly withPolarity: number
  readonly withPolarityInterval: readonly [number, number]
  /** Share of the rightly found mentions whose polarity is right. */
  readonly polarity: number
}

const numberOf = (label: SentimentLabel): number => sentimentLabels.indexOf(label)

async function scored(model: SentimentModel, texts: readonly string[]): Promise<readonly Sentiment[]> {
  const results = await model.call(texts)
  return results.map((result, at) => {
    if (result.kind === 'failed') throw new Error(`"${texts[at]}" could not be scored: ${result.reason}`)
    return result.value
  })
}

export async function languageScore(model: SentimentModel, tweets: readonly LabelledTweet[]): Promise<LanguageScore> {
  const sentiments = await scored(
    model,
    tweets.map(({ text }) => text),
  )
  const rows = sentiments.map(({ label, confidence, sure }, at) => {
    const tweet = tweets[at] as LabelledTweet
    return { label: numberOf(tweet.label), predicted: numberOf(label), fp32: numberOf(tweet.fp32), confidence, sure }
  })
  const f1OfLabels = (some: typeof rows): number => macroF1(some, sentimentLabels.length)
  return {
    texts: rows.length,
    macroF1: f1OfLabels(rows),
    interval: interval(rows, (some) => f1OfLabels([...some])),
    accuracy: accuracy(rows),
    sameAsFp32: accuracy(rows.map(({ fp32, predicted }) => ({ label: fp32, predicted }))),
    calibrationError: calibrationError(rows),
    unsure: rows.filter(({ sure }) => !sure).length / rows.length,
    rightWhenSure: accuracy(rows.filter(({ sure }) => sure)),
    rightWhenUnsure: accuracy(rows.filter(({ sure }) => !sure)),
  }
}

interface Mention {
  readonly there: boolean
  readonly found: boolean
  /** Found, there, and of the right polarity. */
  readonly right: boolean
}

/** F1 of mentions with their polarity: one of the wrong polarity is neither. */
function withPolarity(mentions: readonly Mention[]): number {
  const right = mentions.filter((mention) => mention.right).length
  const either = mentions.filter(({ there }) => there).length + mentions.filter(({ found }) => found).length
  return either === 0 ? 0 : (2 * right) / either
}

/**
 * @param shown for each category of the reviews what the model calls it; categories that it does not name do not count.
 * Of a category named twice in a text with different polarities either is right.
 */
export async function aspectScore(
  model: SentimentModel,
  reviews: readonly LabelledReview[],
  shown: ReadonlyMap<string, string>,
): Promise<AspectScore> {
  const sentiments = await scored(
    model,
    reviews.map(({ text }) => text),
  )
  const names = new Set(shown.values())
  const rows = sentiments.map(({ aspects = [] }, at): readonly Mention[] => {
    const labelled = reviews[at]?.aspects ?? []
    return [...names].map((name) => {
      const meant = labelled.filter(({ category }) => shown.get(category) === name)
      const found = aspects.find(({ aspect }) => aspect === name)
      const right = found !== undefined && meant.some(({ polarity }) => polarity === found.label)
      return { there: meant.length > 0, found: found !== undefined, right }
    })
  })
  const all = rows.flat()
  const agreed = all.filter(({ there, found }) => there && found)
  return {
    texts: rows.length,
    mentions: f1(all),
    mentionsInterval: interval(rows, (some) => f1(some.flat())),
    withPolarity: withPolarity(all),
    withPolarityInterval: interval(rows, (some) => withPolarity(some.flat())),
    polarity: agreed.filter(({ right }) => right).length / Math.max(1, agreed.length),
  }
}
