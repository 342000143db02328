import type { Mention, SentimentLabel } from '../schemas/mention.js'
import type { TrendTermKind } from '../schemas/trend.js'
import type { SaidOfAspect, Voice } from '../schemas/voice.js'

/** What a mention adds to one term in one region, or takes back. */
export interface Contribution extends Voice {
  /** Term, kind and region, as `trendKey` gives them. */
  readonly key: string
}

/** Bits of the flags. The label takes two bits: 0 is none. */
export const flagBits = { retraction: 1, repost: 2, unsure: 4, labelShift: 3 } as const
const labels = ['negative', 'neutral', 'positive'] as const

/** Stands for all terms, and for all regions. */
export const everything = '*'

const separator = '\u001f'

type Parts = readonly [term: string, kind: TrendTermKind, region: string]

/** The same keys come again and again; what is remembered changes no result. */
const remembered = new Map<string, Parts>()
const mostRemembered = 10_000

/** Keys by kind and region, then by term. */
const keys = new Map<TrendTermKind, Map<string, Map<string, string>>>()
let keysHeld = 0

/** Term, kind and region, as one text. */
export function trendKey(term: string, kind: TrendTermKind, region: string): string {
  const known = keys.get(kind)?.get(region)?.get(term)
  if (known !== undefined) return known
  const key = `${term}${separator}${kind}${separator}${region}`
  if (keysHeld++ === mostRemembered) {
    keys.clear()
    keysHeld = 1
  }
  const regions = keys.get(kind) ?? new Map<string, Map<string, string>>()
  const terms = regions.get(region) ?? new Map<string, string>()
  keys.set(kind, regions.set(region, terms.set(term, key)))
  return key
}

/** The parts of a key. @throws RangeError for a text that trendKey did not make */
export function partsOf(key: string): Parts {
  const known = remembered.get(key)
  if (known !== undefined) return known
  if (remembered.size === mostRemembered) remembered.clear()
  const parts = split(key)
  remembered.set(key, parts)
  return parts
}

function split(key: string): Parts {
  const [term, kind, region, ...more] = key.split(separator)
  if (term === undefined || !isKind(kind) || region === undefined || more.length > 0) {
    throw new RangeError(`"${key}" is no key of a trend: term, kind and region, separated by U+001F`)
  }
  return [term, kind, region]
}

const kinds: ReadonlySet<string> = new Set(['all', 'dish', 'ingredient', 'brand', 'place', 'hashtag', 'word'])
const isKind = (text: string | undefined): text is TrendTermKind => text !== undefined && kinds.has(text)

/** What the mention contributes to everything, and to each of its terms: over all regions, and in its own. */
export function contributions(mention: Mention): readonly Contribution[] {
  const { author, region, terms, aspects } = mention
  const flags = flagsOf(mention)
  const made: Contribution[] = []
  const said = aspects.length > 0 && mention.repostOf === null ? saidOf(aspects) : null
  const to = (key: string): Contribution =>
    said === null ? { key, author, flags } : { key, author, flags, aspects: said }
  const add = (term: string, kind: TrendTermKind) => {
    made.push(to(trendKey(term, kind, everything)))
    if (region !== null) made.push(to(trendKey(term, kind, region)))
  }
  add(everything, 'all')
  for (const { term, kind } of terms) add(term, kind)
  return made
}

const saidOf = (aspects: Mention['aspects']): readonly SaidOfAspect[] =>
  aspects.map(({ aspect, label }) => ({ aspect, label }))

/** Retraction, repost, label and unsureness of a mention, as flags. */
export function flagsOf({ sign, repostOf, sentiment }: Mention): number {
  const label = sentiment === null ? 0 : labels.indexOf(sentiment.label) + 1
  return (
    (sign < 0 ? flagBits.retraction : 0) |
    (repostOf === null ? 0 : flagBits.repost) |
    (sentiment === null || sentiment.sure ? 0 : flagBits.unsure) |
    (label << flagBits.labelShift)
  )
}

/** The label in flags; null where there is none. */
export const labelOf = (flags: number): SentimentLabel | null => labels[(flags >> flagBits.labelShift) - 1] ?? null

/** The key by which contributions are counted. */
export const termAndRegion = (contribution: Contribution): string => contribution.key
