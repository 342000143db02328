import { describe, expect, it } from '@jest/globals'
import { deletions, posts, reviews } from '../schemas/topics.js'
import { aPost } from '../tests/support/records.js'
import { aRecord } from '../tests/support/stream-record.js'
import { mentionDecoder } from './mention.js'
import type { TextAnalysis } from './text-analysis.js'

const analysis: TextAnalysis = { terms: [{ term: 'pisco', kind: 'dish' }], region: '11', language: 'es' }
const { decode } = mentionDecoder(() => analysis)
const decodePost = (fields: Parameters<typeof aPost>[0] = {}, at: { key?: string; timestamp?: number } = {}) => {
  const post = aPost(fields)
  const { key = post.postId, timestamp = post.createdAt } = at
  return decode(post, aRecord(posts, post, { key, timestamp }))
}

describe('a post', () => {
  it('becomes a mention with what its text is about', () => {
    expect(decodePost()).toMatchObject({
      kind: 'forward',
      record: {
        value: {
          kind: 'published',
          mention: { postId: 'file:1', kind: 'post', sign: 1, revision: 1, ...analysis, sentiment: null },
        },
      },
    })
  })

  it('keeps the language and region that its source says', () => {
    expect(decodePost({ language: 'pt', region: '150122' })).toMatchObject({
      record: { value: { mention: { language: 'pt', region: '15' } } },
    })
  })

  it('carries the time when it was published, not that of the log', () => {
    expect(decodePost({ createdAt: 5 }, { timestamp: 9 })).toMatchObject({ record: { timestamp: 5, streamTime: 9 } })
  })

  it('is invalid when it is blank, from the future of its record, or under another key', () => {
    expect(decodePost({ text: ' \n' })).toMatchObject({ kind: 'deadLetter', reason: 'invalid' })
    expect(decodePost({ createdAt: 9 }, { timestamp: 5 })).toMatchObject({
      kind: 'deadLetter',
      detail: 'createdAt is 9, expected 0 to the timestamp of the record, 5: nothing is published before it is created',
    })
    expect(decodePost({}, { key: 'file:2' })).toMatchObject({
      kind: 'deadLetter',
      detail: 'the key of the record is "file:2", expected the id "file:1"',
    })
  })
})

describe('other records', () => {
  it('are read by the topic they come from', () => {
    const review = { ...aPost(), reviewId: 'r:1', stars: 4, place: null }
    expect(decode(review, aRecord(reviews, review, { key: 'r:1', timestamp: review.createdAt }))).toMatchObject({
      record: { value: { mention: { postId: 'r:1', kind: 'review', stars: 4 } } },
    })
    const deletion = { id: 'r:1', deletedAt: 7, reason: null }
    expect(decode(deletion, aRecord(deletions, deletion, { key: 'r:1', timestamp: 7 }))).toMatchObject({
      record: { value: { kind: 'deleted', id: 'r:1', deletedAt: 7 } },
    })
  })

  it('are dropped when they hold nothing', () => {
    expect(decode(null, aRecord(posts, null, { key: 'x', timestamp: 1 }))).toEqual({
      kind: 'drop',
      reason: 'null-value',
    })
  })
})
