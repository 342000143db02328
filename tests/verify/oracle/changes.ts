import type { InputEvent, Published } from './event.js'
import { type Counts, fates } from './fates.js'
import type { Reading } from './reading.js'
import { isPossible, type Limits, type Placed } from './topic-log.js'

/** What the model says of a text; null where nothing was scored. */
export interface Score {
  readonly label: 'negative' | 'neutral' | 'positive'
  readonly confidence: number
  readonly negative: number
  readonly neutral: number
  readonly positive: number
  readonly sure: boolean
  readonly model: string
}

export interface Mention {
  readonly postId: string
  readonly revision: number
  readonly kind: 'post' | 'review'
  readonly source: string
  readonly author: string
  readonly text: string
  readonly createdAt: number
  readonly language: string | null
  readonly region: string | null
  readonly terms: Reading['terms']
  readonly repostOf: string | null
  readonly stars: number | null
  readonly score: Score | null
}

/** A mention that is added or taken back, and how far its source had come by then. */
export interface Change {
  readonly mention: Mention
  readonly sign: 1 | -1
  readonly streamTime: number
}

export interface DeadLetter {
  readonly placed: Placed
  readonly reason: 'undecodable' | 'timestamp-out-of-range'
}

/** Everything that the first stage makes of one partition. */
export interface PartitionChanges {
  readonly changes: readonly Change[]
  readonly deadLetters: readonly DeadLetter[]
  readonly counts: Counts
  /** The minimum of the stream times of posts and reviews; null while one of them has none. */
  readonly watermark: number | null
}

export interface Means {
  readonly limits: Limits
  read(text: string): Reading
  score(text: string): Score | null
  /** The pseudonym of an author of a source. */
  pseudonym(source: string, author: string): string
}

type State = { readonly mention: Mention; readonly editedAt: number | null; readonly streamTime: number } | 'deleted'

/** Versions and deletions of one partition, in the order in which they are taken: docs/consumer-trends.md. */
export function changesOf(taken: readonly Placed[], means: Means): PartitionChanges {
  const states = new Map<string, State>()
  const changes: Change[] = []
  const deadLetters: DeadLetter[] = []
  const { counts, read, drop, refuse, forward } = fates()
  const streamTimes = { posts: -1, reviews: -1 }

  for (const placed of taken) {
    const { event, key, timestamp } = placed
    read()
    if (!isPossible(timestamp, means.limits)) {
      deadLetters.push({ placed, reason: 'timestamp-out-of-range' })
      refuse('timestamp-out-of-range')
      continue
    }
    if (event.topic !== 'deletions') streamTimes[event.topic] = Math.max(streamTimes[event.topic], timestamp)
    const now =
      event.topic === 'deletions'
        ? Math.max(timestamp, streamTimes.posts, streamTimes.reviews)
        : streamTimes[event.topic]
    if ('garbage' in event) {
      deadLetters.push({ placed, reason: 'undecodable' })
      refuse('undecodable')
      continue
    }
    const state = states.get(key)
    if (event.topic === 'deletions') {
      states.set(key, 'deleted')
      if (state === undefined) drop('no-match')
      else if (state === 'deleted') drop('duplicate')
      else {
        changes.push({ mention: state.mention, sign: -1, streamTime: Math.max(now, state.streamTime) })
        forward()
      }
      continue
    }
    const mention = mentionOf(event, key, means)
    const editedAt = event.fields.editedAt ?? null
    if (state === undefined) {
      states.set(key, { mention, editedAt, streamTime: now })
      changes.push({ mention, sign: 1, streamTime: now })
      forward()
    } else if (state === 'deleted') drop('deleted')
    else if (state.editedAt !== null && (editedAt === null || editedAt < state.editedAt)) drop('unchanged')
    else if (saysTheSame(mention, state.mention)) {
      states.set(key, { ...state, editedAt: editedAt ?? state.editedAt })
      drop('duplicate')
    } else {
      const streamTime = Math.max(now, state.streamTime)
      const { revision, createdAt } = state.mention
      const next = { ...mention, revision: revision + 1, createdAt }
      states.set(key, { mention: next, editedAt, streamTime })
      changes.push({ mention: state.mention, sign: -1, streamTime }, { mention: next, sign: 1, streamTime })
      forward()
    }
  }
  const { posts, reviews } = streamTimes
  return { changes, deadLetters, counts, watermark: posts < 0 || reviews < 0 ? null : Math.min(posts, reviews) }
}

type PublishedEvent = Extract<InputEvent, { readonly topic: 'posts' | 'reviews'; readonly fields: object }>

function mentionOf(
  { topic, fields }: { readonly topic: PublishedEvent['topic']; readonly fields: Published },
  key: string,
  means: Means,
): Mention {
  const { source, author, text, createdAt } = fields
  const { terms, region, language } = means.read(text)
  return {
    postId: key,
    revision: 1,
    kind: topic === 'posts' ? 'post' : 'review',
    source,
    author: means.pseudonym(source, author),
    text,
    createdAt,
    language: fields.language ?? language,
    region: fields.region?.slice(0, 2) ?? region,
    terms,
    repostOf: topic === 'posts' ? (fields.repostOf ?? namedIn(text)) : null,
    stars: topic === 'reviews' ? (fields.stars ?? null) : null,
    score: means.score(text),
  }
}

function namedIn(text: string): string | null {
  const name = /^RT @([\p{L}\p{N}_.]+)/u.exec(text)
  return name === null ? null : `@${name[1]}`
}

const compared = ['text', 'author', 'source', 'language', 'region', 'repostOf', 'stars'] as const
const saysTheSame = (one: Mention, other: Mention): boolean => compared.every((field) => one[field] === other[field])
