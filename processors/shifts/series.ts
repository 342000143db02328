import type { TrendTermKind } from '../../schemas/trend.js'
import { hashOf } from '../../streams/engine/frequent/linear-hash.js'
import { everything } from '../contribution.js'

/** What is watched: a term over all regions or in one, everything in one region or of one source, or everything. */
export interface Series {
  readonly term: string
  readonly kind: TrendTermKind
  readonly region: string
  /** Null: all sources. */
  readonly source: string | null
}

const separator = '\u001f'

export const seriesKey = ({ term, kind, region, source }: Series): string =>
  `${term}${separator}${kind}${separator}${region}${separator}${source ?? ''}`

/** The series of a key. @throws RangeError for a text that seriesKey did not make */
export function seriesOf(key: string): Series {
  const [term, kind, region, source, ...more] = key.split(separator)
  if (term === undefined || kind === undefined || region === undefined || source === undefined || more.length > 0) {
    throw new RangeError(`"${key}" is no key of a series: term, kind, region and source, separated by U+001F`)
  }
  // What seriesKey has put there is a kind.
  return { term, kind: kind as TrendTermKind, region, source: source === '' ? null : source }
}

const all: Series = { term: everything, kind: 'all', region: everything, source: null }

/** Everything that is heard. */
export const totalKey = seriesKey(all)
export const regionKey = (region: string): string => seriesKey({ ...all, region })
export const sourceKey = (source: string): string => seriesKey({ ...all, source })
export const termKey = (term: string, kind: TrendTermKind, region: string = everything): string =>
  seriesKey({ ...all, term, kind, region })

/** Everything, or everything of a source: what can fall silent. */
export const isFeed = ({ kind, region }: Series): boolean => kind === 'all' && region === everything

/** Whether one is a part of the other, where both are of a term or a region: the term in one region is of both. */
export const isPart = (one: Series, other: Series): boolean => isWithin(one, other) || isWithin(other, one)

const isWithin = (part: Series, whole: Series): boolean =>
  part.kind !== 'all' &&
  part.region !== everything &&
  (whole.kind === 'all'
    ? whole.region === part.region
    : whole.region === everything && whole.term === part.term && whole.kind === part.kind)

const half = 32

/**
 * Series are watched in groups; what is known of a group is one state, which is kept under its number. Numbers are
 * remainders of a hash with a sign: from -31 to 31.
 */
export const shards: readonly number[] = Array.from({ length: 2 * half - 1 }, (_, index) => index + 1 - half)
/** The group of a series: one of `shards`. */
export const shardOf = (key: string): number => hashOf(key) % half
