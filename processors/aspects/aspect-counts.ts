import type { TrendAspect } from '../../schemas/trend.js'
import type { SaidOfAspect } from '../../schemas/voice.js'

/** How often something negative, neutral and positive was said of each aspect. */
export type AspectCounts = Map<string, [negative: number, neutral: number, positive: number]>

const labels = ['negative', 'neutral', 'positive'] as const

/** Counts what is said `by` times more (less, below 0). Gives the counts, which are made where there are none. */
export function countAspects(
  counts: AspectCounts | null,
  said: readonly SaidOfAspect[],
  by: number,
): AspectCounts | null {
  if (said.length === 0) return counts
  const into: AspectCounts = counts ?? new Map()
  for (const { aspect, label } of said) {
    let of = into.get(aspect)
    if (of === undefined) {
      of = [0, 0, 0]
      into.set(aspect, of)
    }
    of[labels.indexOf(label) as 0 | 1 | 2] += by
  }
  return into
}

/** Adds what others count, of which nothing is kept. */
export function mergeAspects(into: AspectCounts | null, others: AspectCounts | null): AspectCounts | null {
  if (others === null) return into
  const merged: AspectCounts = into ?? new Map()
  for (const [aspect, [negative, neutral, positive]] of others) {
    const of = merged.get(aspect)
    if (of === undefined) merged.set(aspect, [negative, neutral, positive])
    else {
      of[0] += negative
      of[1] += neutral
      of[2] += positive
    }
  }
  return merged
}

const none: readonly TrendAspect[] = []

/** What stands, in the order of the names; what was taken back leaves no trace. */
export function aspectsOf(counts: AspectCounts | null): readonly TrendAspect[] {
  if (counts === null) return none
  const standing: TrendAspect[] = []
  for (const [aspect, [negative, neutral, positive]] of counts) {
    if (negative === 0 && neutral === 0 && positive === 0) continue
    standing.push({ aspect, mentions: negative + neutral + positive, negative, neutral, positive })
  }
  return standing.sort((one, other) => (one.aspect < other.aspect ? -1 : 1))
}
