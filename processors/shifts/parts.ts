import { fading } from '../detection/level.js'

/**
 * What a series is made of: how many of its posts name a term, are of a region, a source or an author, or are reposts.
 * What a shift is due to is the part that has grown, or is missing, out of proportion.
 */
export type Parts = readonly (readonly [part: string, voices: number])[]

export const regionPart = (region: string): string => `region:${region}`
export const sourcePart = (source: string): string => `source:${source}`
export const authorPart = (author: string): string => `author:${author}`
export const repostPart = 'reposts'

/** How often each part was heard of, which fades. `size` is all that was heard, as of so many intervals. */
export interface UsualParts {
  size: number
  readonly parts: Map<string, number>
  /** Voices of an author or a content that was heard in their interval already, which fade likewise. */
  repeats?: number
}

/** Parts of an interval, of an episode, and of what is usual that are kept: those most heard of. */
export const mostParts = { interval: 16, episode: 32, usual: 24 } as const
/** Half-life of what is usual in intervals: ten days. */
const fade = fading(1_000)
/** A part that was never heard of is taken to be heard of half a time. */
const believed = 0.5
/** A part that explains less than this of the shift is no cause; one author must do more. */
const least = { share: 0.25, ofAuthor: 0.5, voices: 3 } as const
const mostCauses = 3

export const noParts = (): UsualParts => ({ size: 0, parts: new Map(), repeats: 0 })

export const mostHeard = (parts: Iterable<readonly [string, number]>, most: number): Parts =>
  [...parts]
    .filter(([, voices]) => voices > 0)
    .sort(([one, more], [other, less]) => less - more || (one < other ? -1 : 1))
    .slice(0, most)

/** The parts of two times together. */
export function addParts(one: Parts, other: Parts): Parts {
  const sums = new Map(one)
  for (const [part, voices] of other) sums.set(part, (sums.get(part) ?? 0) + voices)
  return mostHeard(sums, mostParts.episode)
}

/** Learns from an interval. What is known is changed in place. @param weight 1, or less while there is a shift */
export function learnParts(usual: UsualParts, voices: number, parts: Parts, weight: number, repeats = 0): void {
  const left = fade ** weight
  usual.repeats = (usual.repeats ?? 0) * left + weight * repeats
  usual.size = usual.size * left + weight * voices
  for (const [part, known] of usual.parts) usual.parts.set(part, known * left)
  for (const [part, heard] of parts) usual.parts.set(part, (usual.parts.get(part) ?? 0) + weight * heard)
  if (usual.parts.size <= 2 * mostParts.usual) return
  const kept = mostHeard(usual.parts, mostParts.usual)
  usual.parts.clear()
  for (const [part, known] of kept) usual.parts.set(part, known)
}

/**
 * The parts that a shift is due to, the first first: by their share of what is beyond the usual, or missing, times the
 * logarithm of how much larger that is than their usual share (the divergence of Kullback and Leibler, part by part). A
 * region in which everything rises and an account that pushes all of it both have all of the surplus: the account, of
 * which next to nothing is usual, comes first.
 * @param voices all that was heard in the shift, and `expected` what was usual
 */
export function causesOfParts(usual: UsualParts, voices: number, expected: number, parts: Parts): readonly string[] {
  const surplus = voices - expected
  if (!(Math.abs(surplus) >= 1) || usual.size < 1) return []
  const heard = new Map(parts)
  const candidates = surplus > 0 ? heard.keys() : usual.parts.keys()
  const found: [part: string, divergence: number][] = []
  for (const part of candidates) {
    const share = ((usual.parts.get(part) ?? 0) + believed) / (usual.size + 1)
    const beyond = ((heard.get(part) ?? 0) - share * expected) / surplus
    const isAuthor = part.startsWith('author:')
    if (beyond < (isAuthor ? least.ofAuthor : least.share) || beyond * Math.abs(surplus) < least.voices) continue
    // twice the usual share, or half of what is left: what rises with all explains nothing
    if (beyond < Math.min(2 * share, (1 + share) / 2)) continue
    found.push([part, beyond * Math.log(beyond / share)])
  }
  return found
    .sort(([one, most], [other, few]) => few - most || (one < other ? -1 : 1))
    .slice(0, mostCauses)
    .map(([part]) => part)
}
