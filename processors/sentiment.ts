import type { Sentiment } from '../streams/engine/ports/batch.js'
import type { BatchStep } from '../streams/engine/topology.js'
import type { Draft } from './draft.js'

/** Asks the model about the text of everything published. A text that it cannot score has no sentiment. */
export const sentiment: BatchStep<Draft, string, Sentiment, Draft> = {
  name: 'sentiment',
  service: 'sentiment',
  item: (draft) => (draft.kind === 'published' ? draft.mention.text : null),
  merge: (draft, result) => {
    if (draft.kind !== 'published' || result?.kind !== 'ok') return draft
    const { label, confidence, scores, sure, model } = result.value
    const [negative, neutral, positive] = scores
    const score = { label, confidence, negative, neutral, positive, sure, model }
    return { ...draft, mention: { ...draft.mention, sentiment: score } }
  },
}
