import type { Aggregate } from '../../streams/engine/processor.js'
import { type Duration, minutes } from '../../streams/engine/time.js'
import { flagBits, labelOf } from '../contribution.js'
import { independentVoices, type Pair } from './independent.js'
import { authorPart, mostHeard, mostParts, type Parts, repostPart } from './parts.js'
import { diverse, inOrder, orderOf, type SampledPost } from './sample.js'
import type { Gained, Said, Signal } from './signal.js'

/** The length of an interval: long enough for a few posts an hour to be told from none, short enough to be told early. */
export const intervalSize: Duration = minutes(15)

/** What one series was in one interval. */
export interface IntervalRow {
  /** As `seriesKey` gives it. */
  readonly key: string
  /** Start of the interval. */
  readonly start: number
  /** Posts and reviews that are no reposts, and with those. */
  readonly mentions: number
  readonly voices: number
  readonly authors: number
  /** Who said most, and how much; null: nobody said anything. */
  readonly topAuthor: readonly [author: string, voices: number] | null
  /** What it is made of: the parts most heard of. None in what was sent before they were known. */
  readonly parts?: Parts
  /** Voices less those that have an author and a content of their own, as `independentVoices` counts them. */
  readonly repeats?: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  readonly viewedInteractions: number
  readonly viewedViews: number
  readonly reachedInteractions: number
  readonly reachedReach: number
  /** Whose posts had most of viewedInteractions, and of reachedInteractions, and how many. None in what was sent before. */
  readonly topViewed?: IntervalRow['topAuthor']
  readonly topReached?: IntervalRow['topAuthor']
  /** Posts of this interval, of different authors and texts. */
  readonly sample: readonly SampledPost[]
  /** postIds of those that gained most interactions, most first. */
  readonly gained: readonly string[]
}

/** A post that was heard of, and how often it stands: an edit takes it back and gives it again. */
type Drawn = [
  order: number,
  postId: string,
  author: string,
  text: number,
  mood: number,
  stands: number,
  revision: number,
]

/** Sums of an interval; what was taken back is subtracted. */
export interface IntervalSums {
  mentions: number
  voices: number
  positive: number
  neutral: number
  negative: number
  authors: Map<string, number>
  /** None in what was kept before they were known. */
  parts?: Map<string, number>
  /** Who said what, and how often. None in what was kept before it was known. */
  pairs?: Map<string, number>
  /** The first posts in their order that were ever heard of in the interval, taken back or not: the same in any order. */
  drawn: Drawn[]
  viewedInteractions: number
  viewedViews: number
  reachedInteractions: number
  reachedReach: number
  gained: Map<string, number>
  /** viewedInteractions and reachedInteractions by author. None in what was kept before they were known. */
  viewedBy?: Map<string, number>
  reachedBy?: Map<string, number>
}

const mostDrawn = 24
const mostShown = 5
const mostGained = 3

/** Adds up what was heard of one series in one interval. */
export const interval: Aggregate<Signal, IntervalSums, IntervalRow> = {
  name: 'interval',
  initial: () => ({
    ...{
      mentions: 0,
      voices: 0,
      positive: 0,
      neutral: 0,
      negative: 0,
      authors: new Map(),
      parts: new Map(),
      pairs: new Map(),
      drawn: [],
    },
    ...{ viewedInteractions: 0, viewedViews: 0, reachedInteractions: 0, reachedReach: 0, gained: new Map() },
    ...{ viewedBy: new Map(), reachedBy: new Map() },
  }),
  add: (sums, signal) => {
    if (signal.kind === 'said') addSaid(sums, signal)
    else addGained(sums, signal)
    return sums
  },
  result: (sums, { key, window }) => ({
    ...{ key, start: window.start, mentions: sums.mentions, voices: sums.voices },
    ...{ positive: sums.positive, neutral: sums.neutral, negative: sums.negative },
    authors: sums.authors.size,
    topAuthor: topAuthorOf(sums.authors),
    parts: partsOf(sums),
    repeats: repeatsOf(sums),
    viewedInteractions: sums.viewedInteractions,
    viewedViews: sums.viewedViews,
    reachedInteractions: sums.reachedInteractions,
    reachedReach: sums.reachedReach,
    topViewed: topAuthorOf(sums.viewedBy ?? new Map()),
    topReached: topAuthorOf(sums.reachedBy ?? new Map()),
    sample: sampleOf(sums.drawn),
    gained: [...sums.gained]
      .filter(([, gain]) => gain > 0)
      .sort(([one, most], [other, least]) => least - most || (one < other ? -1 : 1))
      .slice(0, mostGained)
      .map(([postId]) => postId),
  }),
}

function topAuthorOf(authors: IntervalSums['authors']): IntervalRow['topAuthor'] {
  let top: IntervalRow['topAuthor'] = null
  for (const [author, voices] of authors) {
    if (voices <= 0) continue
    if (top === null || voices > top[1] || (voices === top[1] && author < top[0])) top = [author, voices]
  }
  return top
}

function partsOf({ parts, authors, voices, mentions }: IntervalSums): Parts {
  const top = topAuthorOf(authors)
  const ofAuthor = top === null ? [] : [[authorPart(top[0]), top[1]] as const]
  return mostHeard([...(parts ?? []), ...ofAuthor, [repostPart, voices - mentions]], mostParts.interval)
}

function repeatsOf({ voices, pairs }: IntervalSums): number {
  if (pairs === undefined) return 0
  const said = Array.from(pairs.keys(), (pair): Pair => {
    const end = pair.indexOf(' ')
    return [pair.slice(end + 1), Number(pair.slice(0, end))]
  })
  return voices - independentVoices(said)
}

function addSaid(sums: IntervalSums, said: Said): void {
  const { postId, revision, author, flags, text } = said
  const sign = (flags & flagBits.retraction) === 0 ? 1 : -1
  addTo(sums.authors, author, sign)
  sums.voices += sign
  if (said.content !== undefined) {
    sums.pairs ??= new Map()
    addTo(sums.pairs, `${said.content} ${author}`, sign)
  }
  sums.parts ??= new Map()
  for (const part of said.parts ?? []) sums.parts.set(part, (sums.parts.get(part) ?? 0) + sign)
  if ((flags & flagBits.repost) !== 0) return
  sums.mentions += sign
  const label = labelOf(flags)
  if (label !== null) sums[label] += sign
  const mood = label === 'positive' ? 1 : label === 'negative' ? -1 : 0
  draw(sums.drawn, [orderOf(postId), postId, author, text, mood, sign, revision])
}

function addTo(sums: Map<string, number>, key: string, more: number): void {
  const sum = (sums.get(key) ?? 0) + more
  if (sum === 0) sums.delete(key)
  else sums.set(key, sum)
}

function draw(drawn: Drawn[], post: Drawn): void {
  const known = drawn.findIndex((each) => each[1] === post[1])
  if (known !== -1) {
    const before = drawn[known] as Drawn
    const [, , , , , sign, revision] = post
    const stands = before[5] + sign
    // Of several revisions the newest says what the post is.
    const newest = sign > 0 && revision >= before[6] ? post : before
    drawn[known] = [newest[0], newest[1], newest[2], newest[3], newest[4], stands, newest[6]]
    return
  }
  if (drawn.length === mostDrawn && inOrder(drawn[mostDrawn - 1] as Drawn, post) < 0) return
  const place = drawn.findIndex((each) => inOrder(post, each) < 0)
  drawn.splice(place === -1 ? drawn.length : place, 0, post)
  if (drawn.length > mostDrawn) drawn.pop()
}

/** A few of each mood: a turn is shown by those that it turned to. */
function sampleOf(drawn: readonly Drawn[]): readonly SampledPost[] {
  const stand = drawn.flatMap(([order, postId, author, text, mood, stands]): SampledPost[] =>
    stands > 0 ? [[order, postId, author, text, mood]] : [],
  )
  const ofMood = (mood: number) =>
    diverse(
      stand.filter((post) => post[4] === mood),
      mostShown,
    )
  return [...ofMood(-1), ...ofMood(0), ...ofMood(1)]
}

function addGained(sums: IntervalSums, gained: Gained): void {
  const { postId, sign, interactions, author } = gained
  sums.viewedInteractions += sign * gained.viewedInteractions
  sums.viewedViews += sign * gained.viewedViews
  sums.reachedInteractions += sign * gained.reachedInteractions
  sums.reachedReach += sign * gained.reachedReach
  if (typeof author === 'string') {
    sums.viewedBy ??= new Map()
    sums.reachedBy ??= new Map()
    addTo(sums.viewedBy, author, sign * gained.viewedInteractions)
    addTo(sums.reachedBy, author, sign * gained.reachedInteractions)
  }
  const gain = (sums.gained.get(postId) ?? 0) + sign * interactions
  if (gain === 0) sums.gained.delete(postId)
  else sums.gained.set(postId, gain)
}
