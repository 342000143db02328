import type { Deletion } from '../schemas/deletion.js'
import type { Mention } from '../schemas/mention.js'
import type { Post } from '../schemas/post.js'
import type { Review } from '../schemas/review.js'
import { deletions, reviews } from '../schemas/topics.js'
import { deadLetter, drop, forward, type Outcome } from '../streams/engine/outcome.js'
import type { StreamRecord } from '../streams/engine/record.js'
import type { Decoder } from '../streams/engine/topology.js'
import type { Draft } from './draft.js'
import { repostOf } from './repost.js'
import type { TextAnalysis } from './text-analysis.js'

type Published = Pick<Mention, 'kind' | 'stars' | 'repostOf'> & { readonly id: string; readonly from: Post | Review }

/**
 * Reads posts, reviews and deletions: what is published becomes a mention with the terms, region and language of its
 * text. What the source says of language and region comes before what the text lets guess.
 * @param analyse reads a text; the same text always gives the same
 */
export function mentionDecoder(analyse: (text: string) => TextAnalysis): Decoder<Draft> {
  return {
    name: 'mention',
    decode: (value, record) => {
      if (value === null) return drop('null-value')
      if (record.origin.topic === deletions.name) return deletion(value as Deletion, record)
      if (record.origin.topic === reviews.name) {
        const from = value as Review
        return published(
          { id: from.reviewId, from, kind: 'review', stars: from.stars, repostOf: null },
          record,
          analyse,
        )
      }
      const from = value as Post
      const repeated = repostOf(from.repostOf, from.text)
      return published({ id: from.postId, from, kind: 'post', stars: null, repostOf: repeated }, record, analyse)
    },
  }
}

function deletion({ id, deletedAt }: Deletion, record: StreamRecord<unknown>): Outcome<Draft> {
  return wrongKey(id, record) ?? forward({ ...record, value: { kind: 'deleted', id, deletedAt } })
}

function published(
  { id, from, kind, stars, repostOf: repeated }: Published,
  record: StreamRecord<unknown>,
  analyse: (text: string) => TextAnalysis,
): Outcome<Draft> {
  const { createdAt } = from
  const wrong = wrongKey(id, record)
  if (wrong !== null) return wrong
  if (from.text.trim() === '') return deadLetter('invalid', 'the text is blank: there is nothing to count or to score')
  if (createdAt < 0 || createdAt > record.timestamp) {
    return deadLetter(
      'invalid',
      `createdAt is ${createdAt}, expected 0 to the timestamp of the record, ${record.timestamp}: nothing is published before it is created`,
    )
  }
  const { terms, region, language } = analyse(from.text)
  const mention: Mention = {
    postId: id,
    revision: 1,
    sign: 1,
    kind,
    source: from.source,
    author: from.author,
    text: from.text,
    createdAt,
    language: from.language ?? language,
    region: from.region?.slice(0, 2) ?? region,
    terms,
    repostOf: repeated,
    stars,
    sentiment: null,
    url: from.url,
    simulated: from.simulated,
    aspects: [],
  }
  const { key, streamTime, headers, origin } = record
  const value: Draft = { kind: 'published', mention, editedAt: from.editedAt }
  return forward({ key, value, timestamp: createdAt, streamTime, headers, origin })
}

/** Versions and deletions of a post meet in one partition because the key is the post's id. */
function wrongKey(id: string, { key }: StreamRecord<unknown>): Outcome<never> | null {
  return key === id
    ? null
    : deadLetter('invalid', `the key of the record is ${JSON.stringify(key)}, expected the id ${JSON.stringify(id)}`)
}
