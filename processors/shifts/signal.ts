import type { Mention } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { mentions } from '../../schemas/topics.js'
import { hashOf } from '../../streams/engine/frequent/linear-hash.js'
import { drop, forward } from '../../streams/engine/outcome.js'
import { withValue } from '../../streams/engine/record.js'
import type { Decoder } from '../../streams/engine/topology.js'
import { flagsOf } from '../contribution.js'
import { fold } from '../text/fold.js'
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
}

/** What an observation of a post's counters adds to a series, or takes back. */
export interface Gained {
  readonly key: string
  readonly kind: 'gained'
  readonly postId: string
  readonly sign: number
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

/** What is heard of each series: everything, the region, the source and each term of the post. */
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
  } as const
  const keys = [totalKey, sourceKey(source), ...terms.map(({ term, kind }) => termKey(term, kind))]
  if (region !== null) keys.push(regionKey(region))
  return keys.map((key) => ({ key, ...said }))
}

function ofEngagement(engagement: PostEngagement): readonly Signal[] {
  const { postId, sign, region, terms } = engagement
  const gained = {
    ...({ kind: 'gained', postId, sign } as const),
    interactions: (engagement.interactionsGained ?? 0) + (engagement.interactionsOpened ?? 0),
    viewedInteractions: engagement.viewedInteractions ?? 0,
    viewedViews: engagement.viewedViews ?? 0,
    reachedInteractions: engagement.reachedInteractions ?? 0,
    reachedReach: engagement.reachedReach ?? 0,
  }
  const keys = [totalKey, ...terms.map(({ term, kind }) => termKey(term, kind))]
  if (region !== null) keys.push(regionKey(region))
  return keys.map((key) => ({ key, ...gained }))
}

/** The key by which signals are added up. */
export const ofSeries = ({ key }: Signal): string => key
