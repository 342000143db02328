import { describe, expect, it } from '@jest/globals'
import { aMention } from '../tests/support/records.js'
import { editedAtOf, type LivePost, livePost, mentionOf, streamTimeOf } from './post-state.js'

describe('the state of a post', () => {
  it('gives back every field of its mention', () => {
    const score = {
      label: 'neutral',
      confidence: 0.5,
      negative: 0.125,
      neutral: 0.5,
      positive: 0.375,
      sure: true,
      model: 'm@1',
    } as const
    const full = aMention({
      postId: 'a',
      revision: 3,
      kind: 'review',
      language: 'es',
      region: '15',
      terms: [{ term: 'ceviche', kind: 'dish' }],
      repostOf: '@ana',
      stars: 4,
      url: 'https://example.org/a',
      simulated: true,
      sentiment: score,
      aspects: [{ aspect: 'food', label: 'positive', confidence: 0.5 }],
    })
    const bare = aMention({ postId: 'a', language: null, terms: [], sentiment: null })
    for (const mention of [full, bare]) {
      const state = livePost(mention, 5, 7)
      expect([editedAtOf(state), streamTimeOf(state)]).toEqual([5, 7])
      expect(mentionOf('a', state)).toEqual(mention)
    }
  })

  it('of one that was written before there were aspects has none', () => {
    const mention = aMention({ postId: 'a', aspects: [{ aspect: 'food', label: 'positive', confidence: 0.5 }] })
    const [editedAt, streamTime, revision, kind, source, author, text, createdAt, ...rest] = livePost(mention, 5, 7)
    const [language, region, terms, repostOf, stars, sentiment, url, simulated] = rest
    const before: LivePost = [
      ...([editedAt, streamTime, revision, kind, source, author, text, createdAt] as const),
      ...([language, region, terms, repostOf, stars, sentiment, url, simulated] as const),
    ]
    expect(mentionOf('a', before)).toEqual({ ...mention, aspects: [] })
  })
})
