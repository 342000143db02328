import type { InputEvent, Published, Widths } from './event.js'
import { type Counts, fates } from './fates.js'
import { partitionOf } from './partition.js'
import type { Reading } from './reading.js'
import { isPossible, type Limits, type Placed, type Taken } from './topic-log.js'

/** What the model says of a text; null where nothing was scored. */
export interface Score {
  readonly label: 'negative' | 'neutral' | 'positive'
  readonly confidence: number
  readonly negative: number
  readonly neutral: number
  readonly positive: number
  readonly sure: boolean
  readonly model: string
  readonly aspects: readonly Aspect[]
}

/** What the model says of one aspect of a text. */
export interface Aspect {
  readonly aspect: string
  readonly label: 'negative' | 'neutral' | 'positive'
  readonly confidence: number
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
  readonly aspects: readonly Aspect[]
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

/** Everything that one task of the first stage makes: one partition of mentions. */
export interface PartitionChanges {
  readonly changes: readonly Change[]
  readonly deadLetters: readonly DeadLetter[]
  readonly counts: Counts
  /** The minimum of the stream times of posts and reviews; null while one of them has none, and before that none was. */
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

/**
 * Versions and deletions, in the order in which they are taken, by the task that has their key: docs/consumer-trends.md.
 * @param tasks by whose number a key has its task, however many partitions the topics have
 */
export function changesOf(taken: readonly Taken[], tasks: number, means: Means): readonly PartitionChanges[] {
  const each = Array.from({ length: tasks }, (_, task) => new TaskChanges(task, tasks, means))
  let widths: Widths | null = null
  for (const span of taken) {
    const isWider = widths !== null && topics.some((topic) => span.widths[topic] > (widths?.[topic] ?? 0))
    widths = span.widths
    for (const task of each) {
      if (isWider) task.widened()
      task.reads(span.widths)
      for (const placed of span.placed.flat()) task.take(placed)
    }
  }
  return each.map((task) => task.result())
}

const topics = ['posts', 'reviews', 'deletions'] as const

/** What one task makes of what it reads: its own partition of each topic, and all of one that was given more. */
class TaskChanges {
  readonly #states = new Map<string, State>()
  readonly #changes: Change[] = []
  readonly #deadLetters: DeadLetter[] = []
  readonly #fates = fates()
  /** The highest timestamp that each partition has shown to the task. */
  readonly #shown = new Map<string, number>()
  /** How far the task had come when a topic was widened last: nothing that comes is before it. */
  #floor = -1
  #widths: Widths = { posts: 0, reviews: 0, deletions: 0 }

  constructor(
    private readonly task: number,
    private readonly tasks: number,
    private readonly means: Means,
  ) {}

  reads(widths: Widths): void {
    this.#widths = widths
  }

  widened(): void {
    this.#floor = this.#watermark() ?? -1
  }

  result(): PartitionChanges {
    const [changes, deadLetters] = [this.#changes, this.#deadLetters]
    return { changes, deadLetters, counts: this.#fates.counts, watermark: this.#watermark() }
  }

  /** The minimum of the times of all partitions of posts and reviews that it reads; it never goes back. */
  #watermark(): number | null {
    const reached = Math.max(this.#floor, this.#shownByAll())
    return reached < 0 ? null : reached
  }

  #shownByAll(): number {
    const shown = (['posts', 'reviews'] as const).flatMap((topic) =>
      Array.from({ length: this.#widths[topic] }, (_, partition) => partition)
        .filter((partition) => this.#isRead(topic, partition))
        .map((partition) => this.#time(topic, partition)),
    )
    return shown.includes(-1) ? -1 : Math.min(...shown)
  }

  /** What posts and reviews of a deletion's partition have shown; where the task reads no such partition: what all have. */
  #shownBeside(partition: number): number {
    const shown = Math.max(this.#time('posts', partition), this.#time('reviews', partition))
    return shown < 0 ? this.#shownByAll() : shown
  }

  #isRead(topic: InputEvent['topic'], partition: number): boolean {
    return this.#widths[topic] > this.tasks || partition === this.task
  }

  #time(topic: string, partition: number): number {
    return this.#shown.get(`${topic}-${partition}`) ?? -1
  }

  take(placed: Placed): void {
    const { event, key, timestamp, partition } = placed
    const { means } = this
    const possible = isPossible(timestamp, means.limits)
    if (possible && event.topic !== 'deletions' && this.#isRead(event.topic, partition))
      this.#shown.set(`${event.topic}-${partition}`, Math.max(this.#time(event.topic, partition), timestamp))
    if (partitionOf(key, this.tasks) === this.task) this.#takeOwn(placed, possible)
  }

  #takeOwn(placed: Placed, possible: boolean): void {
    const { event, key, timestamp, partition } = placed
    const { read, drop, refuse, forward } = this.#fates
    const { means } = this
    const [states, changes, deadLetters] = [this.#states, this.#changes, this.#deadLetters]
    read()
    if (!possible) {
      deadLetters.push({ placed, reason: 'timestamp-out-of-range' })
      refuse('timestamp-out-of-range')
      return
    }
    const now =
      event.topic === 'deletions'
        ? Math.max(timestamp, this.#shownBeside(partition), this.#floor)
        : Math.max(this.#time(event.topic, partition), this.#floor)
    if ('garbage' in event) {
      deadLetters.push({ placed, reason: 'undecodable' })
      refuse('undecodable')
      return
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
      return
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
}

type PublishedEvent = Extract<InputEvent, { readonly topic: 'posts' | 'reviews'; readonly fields: object }>

function mentionOf(
  { topic, fields }: { readonly topic: PublishedEvent['topic']; readonly fields: Published },
  key: string,
  means: Means,
): Mention {
  const { source, author, text, createdAt } = fields
  const { terms, region, language } = means.read(text)
  const score = means.score(text)
  const aspects = score?.aspects ?? []
  const isAboutFood =
    topic === 'reviews' ||
    terms.some(({ kind }) => kind === 'dish' || kind === 'ingredient' || kind === 'brand') ||
    aspects.some(({ aspect }) => aspect === 'food')
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
    score,
    aspects: isAboutFood ? aspects : [],
  }
}

function namedIn(text: string): string | null {
  const name = /^RT @([\p{L}\p{N}_.]+)/u.exec(text)
  return name === null ? null : `@${name[1]}`
}

const compared = ['text', 'author', 'source', 'language', 'region', 'repostOf', 'stars'] as const
const saysTheSame = (one: Mention, other: Mention): boolean => compared.every((field) => one[field] === other[field])
