import { type Config, readConfig } from '../../streams/config.js'
import { vocabularyFiles } from './data.js'
import type { Score } from './oracle/changes.js'
import type { InputEvent, Span, Widths } from './oracle/event.js'
import { type Expected, expectedFrom } from './oracle/oracle.js'
import { partitionOf } from './oracle/partition.js'

/** Number of partitions of every topic in a verification, when it is made. */
export const partitions = 4
export const firstWidths: Widths = { posts: partitions, reviews: partitions, deletions: partitions }
const authorKey = 'verification'
const hour = 3_600_000

/** Settings of an engine whose results depend on its input alone. */
export const environmentOf = ({
  dataDir,
  sentiment,
}: {
  readonly dataDir: string
  readonly sentiment: boolean
}): Readonly<Record<string, string>> => ({
  PULSO_DATA_DIR: dataDir,
  PULSO_PARTITIONS: String(partitions),
  PULSO_IDLE_AFTER: 'never',
  // who is asked to end has to finish, however busy the machine is
  PULSO_STOP_WITHIN: '15m',
  PULSO_AUTHOR_KEY: authorKey,
  PULSO_SENTIMENT: String(sentiment),
  // the same everywhere: scores are compared with those of another process
  PULSO_MODEL_PROVIDER: 'cpu',
  PULSO_SAMPLES: 'false',
  PULSO_LOG_LEVEL: 'trace',
  PULSO_HTTP_PORT: '0',
  PULSO_CLICKHOUSE_PORT: '0',
  // so that a test can falsify what is compared
  PULSO_CLICKHOUSE_WRITABLE: 'true',
})

/** The same settings for stores that are opened in this process. */
export const configOf = (environment: Readonly<Record<string, string>>): Config => readConfig({}, environment)

/** Timestamps that records may have. Those of the input are years away from either limit. */
export const limits = () => ({ earliest: Date.UTC(2000, 0, 1), latest: Date.now() + hour })

/** What must be there after all spans were sent. */
export const expectedOf = (
  spans: readonly Span[],
  score: (text: string) => Score | null,
  mentionOrder?: readonly (readonly string[])[],
): Expected =>
  expectedFrom({
    spans,
    tasks: partitions,
    limits: limits(),
    authorKey,
    vocabulary: vocabularyFiles(),
    score,
    ...(mentionOrder !== undefined && { mentionOrder }),
  })

/** A post and a review for each partition at the instant: windows close once every partition has shown a later time. */
export function markers(name: string, at: number, widths: Widths = firstWidths): readonly InputEvent[] {
  const keysIn = (prefix: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, partition) => {
      for (let number = 0; ; number++) {
        const key = `${prefix}${number}`
        if (partitionOf(key, count) === partition) return key
      }
    })
  const common = { source: 'twitter', author: name, text: 'Buenos días', createdAt: at }
  return [
    ...keysIn(`${name}:`, widths.posts).map(
      (postId): InputEvent => ({ topic: 'posts', fields: { ...common, postId } }),
    ),
    ...keysIn(`${name}-review:`, widths.reviews).map(
      (reviewId): InputEvent => ({ topic: 'reviews', fields: { ...common, reviewId } }),
    ),
  ]
}
