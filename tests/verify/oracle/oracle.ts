import { createHmac } from 'node:crypto'
import { type Change, changesOf, type DeadLetter, type Score } from './changes.js'
import type { Span } from './event.js'
import { type Counts, fates, sumOf } from './fates.js'
import { newWords, type Reading, read } from './reading.js'
import { type AspectRollup, aspectRollups, type Rollup, rollups } from './rollups.js'
import { takenOrder } from './topic-log.js'
import { type VocabularyFiles, vocabularyFrom } from './vocabulary.js'
import {
  authorsOf,
  type Contribution,
  countWindows,
  type LateContribution,
  trendWindows,
  type WindowResult,
} from './windows.js'

export interface OracleOptions {
  readonly spans: readonly Span[]
  /** Tasks among which keys are shared. */
  readonly tasks: number
  /** Timestamps that a record may have. */
  readonly limits: { readonly earliest: number; readonly latest: number }
  /** Key of the hashes that stand for authors. */
  readonly authorKey: string
  readonly vocabulary: VocabularyFiles
  /** What the model says of a text, asked apart from the stream. */
  score(text: string): Score | null
  /** The order in which changes stand in each partition of mentions, where the input does not settle it. */
  readonly mentionOrder?: readonly (readonly string[])[]
}

/** Everything that must be there in the end. */
export interface Expected {
  readonly changes: readonly Change[]
  readonly deadLetters: readonly DeadLetter[]
  /** By term, kind, region, window and start. */
  readonly windows: ReadonlyMap<string, WindowResult>
  readonly late: readonly (LateContribution & { readonly stage: string })[]
  readonly rollups: ReadonlyMap<string, ReadonlyMap<string, Rollup>>
  readonly aspectRollups: ReadonlyMap<string, ReadonlyMap<string, AspectRollup>>
  readonly stages: ReadonlyMap<string, Counts>
}

/** An emerging word is given from so many mentions and authors on. */
const emergingFrom = { mentions: 5, authors: 3 }
const wordWindows = trendWindows.filter(({ name }) => name === 'hour' || name === 'day')

/**
 * Recomputes everything from what was sent, by the rules in docs/consumer-trends.md alone: no line of the engine is
 * used. All of it is held in memory; nothing here is meant to be fast.
 */
export function expectedFrom(options: OracleOptions): Expected {
  const vocabulary = vocabularyFrom(options.vocabulary)
  const means = {
    limits: options.limits,
    read: remembering((text) => read(vocabulary, text)),
    score: options.score,
    pseudonym: (source: string, author: string) =>
      createHmac('sha256', options.authorKey).update(`${source}\u0000${author}`).digest('hex').slice(0, 16),
  }
  const first = changesOf(takenOrder(options.spans, options.limits), options.tasks, means)
  const changes = first.flatMap((partition) => partition.changes)
  const trends = countWindows(contributionsOf(changes), trendWindows, minimum(first.map(({ watermark }) => watermark)))

  const words = remembering((text) => newWords(vocabulary, text))
  const ordered = options.mentionOrder
  const emerging = first.map((partition, index) =>
    emergingOf(ordered === undefined ? partition.changes : inOrder(partition.changes, ordered[index] ?? []), words),
  )
  const news = countWindows(
    emerging.flatMap(({ contributions }) => contributions),
    wordWindows,
    minimum(emerging.map(({ watermark }) => watermark)),
  )
  // A mention is late for all of its words or for none: it is counted once, whatever it says.
  const spoken = countWindows(
    emerging.flatMap(({ mentions }) => mentions),
    wordWindows,
    null,
  )
  const given = [...news.results].filter(
    ([, { sums }]) => sums.mentions >= emergingFrom.mentions && authorsOf(sums) >= emergingFrom.authors,
  )
  return {
    changes,
    deadLetters: first.flatMap((partition) => partition.deadLetters),
    windows: new Map([...trends.results, ...given]),
    late: [
      ...trends.late.map((late) => ({ stage: 'consumer-trends.2', ...late })),
      ...spoken.late.map((late) => ({ stage: 'emerging-words.2', ...late })),
    ],
    rollups: rollups(changes),
    aspectRollups: aspectRollups(changes),
    stages: new Map([
      ['consumer-trends.1', sumOf(first.map(({ counts }) => counts))],
      ['consumer-trends.2', trends.counts],
      ['emerging-words.1', sumOf(emerging.map(({ counts }) => counts))],
      ['emerging-words.2', spoken.counts],
    ]),
  }
}

/** Identity of a change among those of a partition. */
export const changeKey = (postId: string, revision: number, sign: number): string => `${postId}/${revision}/${sign}`

const minimum = (times: readonly (number | null)[]): number | null =>
  times.reduce((lowest, time) => (lowest === null || time === null ? null : Math.min(lowest, time)))

function* contributionsOf(changes: readonly Change[]): Generator<Contribution> {
  for (const change of changes) {
    const { region, terms } = change.mention
    for (const { term, kind } of [{ term: '*', kind: 'all' }, ...terms]) {
      yield { term, kind, region: '*', change, streamTime: change.streamTime }
      if (region !== null) yield { term, kind, region, change, streamTime: change.streamTime }
    }
  }
}

/** What emerging-words makes of one partition of mentions, read in its order. */
function emergingOf(changes: readonly Change[], words: (text: string) => readonly string[]) {
  const { counts, ...fate } = fates()
  let streamTime: number | null = null
  const mentions: Contribution[] = []
  const contributions = changes.flatMap((change): Contribution[] => {
    const time = Math.max(streamTime ?? 0, change.mention.createdAt)
    streamTime = time
    const found = words(change.mention.text)
    fate.read()
    if (found.length === 0) fate.drop('filtered')
    else {
      fate.forward()
      mentions.push({ term: '*', kind: 'word', region: '*', change, streamTime: time })
    }
    return found.map((term) => ({ term, kind: 'word', region: '*', change, streamTime: time }))
  })
  return { contributions, mentions, counts, watermark: streamTime }
}

/** @throws Error when the order names a change that is not there: then the mentions themselves are wrong */
function inOrder(changes: readonly Change[], order: readonly string[]): readonly Change[] {
  const byKey = new Map(
    changes.map((change) => [changeKey(change.mention.postId, change.mention.revision, change.sign), change]),
  )
  return order.map((key) => {
    const change = byKey.get(key)
    if (change === undefined) throw new Error(`the change ${key} is in mentions and should not be`)
    return change
  })
}

function remembering<Value>(ask: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = ask(text)
    known.set(text, value)
    return value
  }
}

export type { Reading }
