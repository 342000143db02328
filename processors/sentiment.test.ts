import { describe, expect, it } from '@jest/globals'
import type { Mention } from '../schemas/mention.js'
import type { AspectSentiment, Sentiment } from '../streams/engine/ports/batch.js'
import { aMention } from '../tests/support/records.js'
import { sentiment } from './sentiment.js'

const said = (aspect: string): AspectSentiment => ({ aspect, label: 'negative', confidence: 0.5 })
const score: Sentiment = { label: 'positive', confidence: 0.75, scores: [0, 0.25, 0.75], sure: true, model: 'm@1' }

/** The mention as it leaves the step. */
function merged(fields: Partial<Mention>, aspects?: readonly AspectSentiment[]): Mention {
  const mention = aMention({ sentiment: null, aspects: [], ...fields })
  const value = aspects === undefined ? score : { ...score, aspects }
  const draft = sentiment.merge({ kind: 'published', mention, editedAt: null }, { kind: 'ok', value })
  if (draft.kind !== 'published') throw new Error('no mention')
  return draft.mention
}

describe('the step that asks for sentiment', () => {
  it('keeps what a review says of any aspect', () => {
    expect(merged({ kind: 'review', terms: [] }, [said('price')]).aspects).toEqual([said('price')])
  })

  it('keeps what a post says of aspects where it names something to eat, and only there', () => {
    for (const kind of ['dish', 'ingredient', 'brand'] as const)
      expect(merged({ terms: [{ term: 'x', kind }] }, [said('price')]).aspects).toEqual([said('price')])
    for (const kind of ['place', 'hashtag', 'word'] as const)
      expect(merged({ terms: [{ term: 'x', kind }] }, [said('price')]).aspects).toEqual([])
    expect(merged({ terms: [] }, [said('food'), said('price')]).aspects).toEqual([said('food'), said('price')])
  })

  it('leaves a mention as it was where the text was not scored, and has no aspects of a model that gives none', () => {
    const draft = { kind: 'published', mention: aMention({ sentiment: null }), editedAt: null } as const
    expect(sentiment.merge(draft, { kind: 'failed', reason: 'off' })).toBe(draft)
    expect(merged({}).aspects).toEqual([])
    expect(merged({}).sentiment?.label).toBe('positive')
  })
})
