import type { Mention, Term } from '../schemas/mention.js'
import type { AspectSentiment, Sentiment } from '../streams/engine/ports/batch.js'
import type { BatchStep } from '../streams/engine/topology.js'
import type { Draft } from './draft.js'

/** Asks the model about the text of everything published. A text that it cannot score has no sentiment. */
export const sentiment: BatchStep<Draft, string, Sentiment, Draft> = {
  name: 'sentiment',
  service: 'sentiment',
  item: (draft) => (draft.kind === 'published' ? draft.mention.text : null),
  merge: (draft, result) => {
    if (draft.kind !== 'published' || result?.kind !== 'ok') return draft
    const { label, confidence, scores, sure, model, aspects = [] } = result.value
    const [negative, neutral, positive] = scores
    const score = { label, confidence, negative, neutral, positive, sure, model }
    const { mention } = draft
    return {
      ...draft,
      mention: { ...mention, sentiment: score, aspects: isAboutFood(mention, aspects) ? aspects : [] },
    }
  },
}

/** A price or a place is one of eating out in a review, and in a post that names something to eat. */
const isAboutFood = ({ kind, terms }: Mention, aspects: readonly AspectSentiment[]): boolean =>
  kind === 'review' || terms.some((term) => edible.has(term.kind)) || aspects.some(({ aspect }) => aspect === 'food')

const edible: ReadonlySet<Term['kind']> = new Set(['dish', 'ingredient', 'brand'])
