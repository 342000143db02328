import type { Sentiment } from '../streams/engine/ports/batch.js'
import type { ModelDirectory } from './directory.js'
import { sentimentLabels } from './labels.js'

/** Softmax of the logits divided by the temperature. */
function probabilities(logits: readonly number[], temperature: number): readonly number[] {
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** What the logits of one text say, by the calibration of the model. Equal logits give equal bits. */
export function sentimentOf(
  logits: readonly number[],
  model: Pick<ModelDirectory, 'id' | 'labels' | 'temperature' | 'unsureBelow'>,
): Sentiment {
  const scores: [number, number, number] = [0, 0, 0]
  for (const [output, probability] of probabilities(logits, model.temperature).entries()) {
    const label = model.labels[output] as 0 | 1 | 2
    scores[label] += probability
  }
  const confidence = Math.max(...scores)
  const label = sentimentLabels[scores.indexOf(confidence)] ?? 'neutral'
  return { label, confidence, scores, sure: confidence >= model.unsureBelow, model: model.id }
}
