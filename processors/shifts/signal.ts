import type { Mention } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { mentions } from '../../schemas/topics.js'
import { hashOf } from '../../streams/engine/frequent/linear-hash.js'
import { drop, forward } from '../../streams/engine/outcome.js'
import { withValue } from '../../streams/engine/record.js'
import type { Decoder } from '../../streams/engine/topology.js'
import { flagsOf } from '../contribution.js'
import { contentOf } from '../text/content.js'
import { fold } from '../text/fold.js'
import { regionPart, sourcePart } from './parts.js'
import { regionKey, sourceKey, termKey, totalKey } from './series.js'

/** What is heard: that somebody said something, or what a post gained. */
export type Heard =
  | { readonly kind: 'mention'; readonly mention: Mention }
  | { readonly kind: 'gain'; readonly engagement: PostEngagement }

/** What a mention adds to a series, or takes back. */
export interface Said {
  readonly key: string
  readonly kind: 'said'
  readonly postId: string
  readonly revision: number
  readonly author: string
  /** As `flagsOf` gives them. */
  readonly flags: number
  /** Equal for texts that differ in links, handles, digits and marks alone. */
  readonly text: number
  /** As `contentOf` gives it: equal for near-duplicates. None in what was sent before it was known. */
  readonly content?: number
  /** Of what it is a part: its region, its source, its other terms. None in what was sent before they were known. */
  readonly parts?: readonly string[]
}

/** What an observation of a post's counters adds to a series, or takes back. */
export interface Gained {
  readonly key: string
  readonly kind: 'gained'
  readonly postId: string
  readonly sign: number
  /** Of the post; null where it is not known. None in what was sent before it was told. */
  readonly author?: string | null
  readonly interactions: number
  readonly viewedInteractions: number
  readonly viewedViews: number
  readonly reachedInteractions: number
  readonly reachedReach: number
}

export type Signal = Said | Gained

/** Reads mentions and observations of posts' counters. */
export const heardDecoder: Decoder<Heard> = {
  name: 'heard',
  decode: (value, record) => {
    if (value === null) return drop('null-value')
    return record.origin.topic === mentions.name
      ? forward(withValue(record, { kind: 'mention', mention: value as Mention }))
      : forward(withValue(record, { kind: 'gain', engagement: value as PostEngagement }))
  },
}

const notSaid = /(?:https?:\/\/\S+|@[\p{L}\p{N}_.]*|[^\p{L}@])+/gu
/** Letters by which texts are compared: the rest is often cut off. */
const compared = 80

/** What two copies of a text have in common, as a number. */
export const textSignature = (text: string): number =>
  hashOf(fold(text.replaceAll(notSaid, ' ')).trim().slice(0, compared))

/** What is heard of each series: everything, the region, the source, and each term of the post and in its region. */
export function signals(heard: Heard): readonly Signal[] {
  return heard.kind === 'mention' ? ofMention(heard.mention) : ofEngagement(heard.engagement)
}

function ofMention(mention: Mention): readonly Signal[] {
  const { postId, revision, author, region, source, terms } = mention
  const said = {
    kind: 'said',
    postId,
    revision,
    author,
    flags: flagsOf(mention),
    text: textSignature(mention.text),
    content: contentOf(mention.text, author),
  } as const
  const names = terms.map(({ term }) => term)
  const ofSource = sourcePart(source)
  const ofRegion = region === null ? [] : [regionPart(region)]
  const parts = [ofSource, ...ofRegion, ...names]
  const made: Said[] = [
    { key: totalKey, ...said, parts },
    { key: sourceKey(source), ...said, parts: [...ofRegion, ...names] },
  ]
  for (const { term, kind } of terms) {
    made.push({ key: termKey(term, kind), ...said, parts: parts.filter((part) => part !== term) })
    if (region === null) continue
    const others = [ofSource, ...names.filter((name) => name !== term)]
    made.push({ key: termKey(term, kind, region), ...said, parts: others })
  }
  if (region !== null) made.push({ key: regionKey(region), ...said, parts: [ofSource, ...names] })
  return made
}

function ofEngagement(engagement: PostEngagement): readonly Signal[] {
  const { postId, sign, region, terms, author } = engagement
  const gained = {
    ...({ kind: 'gained', postId, sign, author } as const),
    interactions: (engagement.interactionsGained ?? 0) + (engagement.interactionsOpened ?? 0),
    viewedInteractions: engagement.viewedInteractions ?? 0,
    viewedViews: engagement.viewedViews ?? 0,
    reachedInteractions: engagement.reachedInteractions ?? 0,
    reachedReach: engagement.reachedReach ?? 0,
  }
  const keys = [totalKey, ...terms.map(({ term, kind }) => termKey(term, kind))]
  if (region !== null) keys.push(regionKey(region), ...terms.map(({ term, kind }) => termKey(term, kind, region)))
  return keys.map((key) => ({ key, ...gained }))
}

/** The key by which signals are added up. */
export const ofSeries = ({ key }: Signal): string => key
