/** What is published, as an outsider sends it; times in milliseconds since 1970. */
export interface Published {
  readonly postId?: string
  readonly reviewId?: string
  readonly source: string
  readonly author: string
  readonly text: string
  readonly createdAt: number
  readonly editedAt?: number
  readonly language?: string | null
  readonly region?: string | null
  readonly repostOf?: string | null
  readonly stars?: number
  readonly place?: string
}

export interface Deleted {
  readonly id: string
  readonly deletedAt: number
  readonly reason: string
}

/** One record that is sent. */
export type InputEvent =
  | { readonly topic: 'posts' | 'reviews'; readonly fields: Published }
  | { readonly topic: 'deletions'; readonly fields: Deleted }
  /** Bytes that are no record of the topic. */
  | { readonly topic: 'posts'; readonly garbage: string; readonly key: string; readonly timestamp: number }

/** Partitions of each topic of the input. */
export type Widths = Readonly<Record<InputEvent['topic'], number>>

/** A part of what was sent: it was sent when everything before it had been taken. */
export interface Span {
  readonly events: readonly InputEvent[]
  /** Partitions that keys chose among. */
  readonly widths: Widths
}

/** The record's key. */
export function keyOf(event: InputEvent): string {
  if ('garbage' in event) return event.key
  if (event.topic === 'deletions') return event.fields.id
  return (event.topic === 'posts' ? event.fields.postId : event.fields.reviewId) ?? ''
}

/** The record's timestamp. */
export function timeOf(event: InputEvent): number {
  if ('garbage' in event) return event.timestamp
  return event.topic === 'deletions' ? event.fields.deletedAt : event.fields.createdAt
}
