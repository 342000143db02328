import { topology } from '../builder.js'
import { deadLetter, drop, forward } from '../outcome.js'
import type { Aggregate, Processor } from '../processor.js'
import { withValue } from '../record.js'
import { days, minutes, ms, seconds } from '../time.js'
import { topic } from '../topic.js'
import { type BatchStep, type Decoder, finalOnly, tokens } from '../topology.js'
import { hopping } from '../window.js'

/** A small topology of the shape that the real ones have, for tests and documentation. */
export interface Post {
  readonly id: string
  readonly text: string
}
export interface Mention extends Post {
  readonly mood: string | null
}
export interface TermMention {
  readonly term: string
  readonly mood: string | null
}
export interface Trend {
  readonly term: string
  readonly start: number
  readonly end: number
  readonly mentions: number
  readonly isFinal: boolean
}

export const posts = topic<Post>('posts', 'pulso.Post')
export const reviews = topic<Post>('reviews', 'pulso.Review')
export const deletions = topic<{ readonly id: string }>('deletions', 'pulso.Deletion')
export const mentions = topic<Mention>('mentions', 'pulso.Mention')
export const trends = topic<Trend>('trends', 'pulso.Trend')

type Change = Mention | { readonly deleted: string }

export const mention: Decoder<Change> = {
  name: 'mention',
  decode(value, record) {
    if (record.origin.topic === deletions.name) return forward(withValue(record, { deleted: record.key ?? '' }))
    if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') {
      return deadLetter('invalid', 'a post has a text')
    }
    return forward(withValue(record, { id: record.key ?? '', text: value.text, mood: null }))
  },
}

/** Asks the service `sentiment` about each text; a text that it cannot score has no mood. */
export const sentiment: BatchStep<Change, string, string, Change> = {
  name: 'sentiment',
  service: 'sentiment',
  item: (value) => ('text' in value ? value.text : null),
  merge: (value, result) => ('text' in value && result?.kind === 'ok' ? { ...value, mood: result.value } : value),
}

/** Lets a post through once, and never again after its deletion. */
export const firstVersion: Processor<'seen' | 'deleted', Change, Mention> = {
  name: 'firstVersion',
  onRecord(state, record) {
    const { value } = record
    if ('deleted' in value) return ['deleted', [drop('deleted')]]
    return state === undefined ? ['seen', [forward(withValue(record, value))]] : [state, [drop('duplicate')]]
  },
}

export const trend: Aggregate<TermMention, { count: number }, Trend> = {
  name: 'trend',
  initial: () => ({ count: 0 }),
  add: (sum) => {
    sum.count += 1
    return sum
  },
  merge: (into, other) => {
    into.count += other.count
    return into
  },
  result: ({ count }, { key, window, isFinal }) => ({ term: key, ...window, mentions: count, isFinal }),
}

export function terms({ text, mood }: Mention): readonly TermMention[] {
  return text.split(' ').map((term) => ({ term, mood }))
}

export function term(value: TermMention): string {
  return value.term
}

export const trendsTopology = topology('consumer-trends')
  .from(posts, reviews)
  .with(deletions)
  .decode(mention, { otherwise: deadLetter })
  .mapInBatches(sentiment, { atMost: tokens(1024), within: ms(50) })
  .process(firstVersion, { expireAfter: days(30) })
  .to(mentions)
  .flatMapValues(terms)
  .keyBy(term)
  .window(hopping({ size: minutes(10), advance: minutes(1), grace: seconds(30) }))
  .aggregate(trend, { updates: finalOnly })
  .to(trends)
