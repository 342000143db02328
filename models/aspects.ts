import { z } from 'zod'
import type { AspectSentiment } from '../streams/engine/ports/batch.js'
import { sentimentLabels } from './labels.js'

/** What a model says about the aspects of a text: `pulso.aspects` in its config.json. */
export const aspectsObject = z.object({
  /** The output of the ONNX file that holds the logits of the labels and, behind them, those of the aspects. */
  output: z.string().min(1),
  /** What each aspect of the output is called; null is not shown, equal names are one aspect. */
  names: z.array(z.string().min(1).nullable()).min(1),
  /** An aspect counts as mentioned from this probability on. */
  mentionedFrom: z.number().min(0).max(1).default(0.5),
})

export type AspectsOutput = z.infer<typeof aspectsObject>

/** Numbers for one aspect: the logit that it is mentioned, then those of negative, neutral, positive if it is. */
const numbersPerAspect = 1 + sentimentLabels.length

/** Numbers that a model gives for the aspects of one text. */
export const aspectNumbers = (aspects: AspectsOutput | null): number =>
  aspects === null ? 0 : aspects.names.length * numbersPerAspect

const probability = (logit: number): number => 1 / (1 + Math.exp(-logit))

function softmax(logits: readonly number[]): readonly number[] {
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - largest))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/**
 * The aspects that a text mentions, in the order of their names, each with its sentiment. Where two outputs have one
 * name, the one that is more probably mentioned speaks.
 * @param numbers the logits of the aspects, without those of the labels
 */
export function aspectsOf(
  numbers: readonly number[],
  { names, mentionedFrom }: AspectsOutput,
): readonly AspectSentiment[] {
  const found = new Map<string, AspectSentiment & { readonly mentioned: number }>()
  for (const [at, name] of names.entries()) {
    if (name === null) continue
    const [mention = Number.NEGATIVE_INFINITY, ...polarity] = numbers.slice(
      at * numbersPerAspect,
      (at + 1) * numbersPerAspect,
    )
    const mentioned = probability(mention)
    if (mentioned < mentionedFrom || mentioned <= (found.get(name)?.mentioned ?? 0)) continue
    const scores = softmax(polarity)
    const confidence = Math.max(...scores)
    found.set(name, {
      aspect: name,
      label: sentimentLabels[scores.indexOf(confidence)] ?? 'neutral',
      confidence,
      mentioned,
    })
  }
  return [...new Set(names)].flatMap((name) => {
    const one = name === null ? undefined : found.get(name)
    return one === undefined ? [] : [{ aspect: one.aspect, label: one.label, confidence: one.confidence }]
  })
}
