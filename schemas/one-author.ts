/** A verdict that an author moves is said to be moved by him where this part or more of what is counted is his. */
export const noteworthyPart = 0.1

/** What becomes of a verdict that does not hold without an author. */
export type Broken =
  /** Moved by the author in this place of those that were left out. */
  | { readonly verdict: 'oneAuthor'; readonly author: number }
  /** It hung by a thread: an author who says little is enough, so that nothing is said. */
  | { readonly verdict: 'steady' }

/**
 * Looks at a verdict again without each author who may have moved it; null where it holds without any of them.
 * @param left what is left without each
 * @param holds whether the verdict is the same then
 * @param partOf from 0 to 1, what part was the author's
 */
export function brokenBy<Left>(
  left: readonly Left[],
  holds: (left: Left) => boolean,
  partOf: (left: Left) => number,
): Broken | null {
  let worst: { author: number; part: number } | null = null
  for (const [author, each] of left.entries()) {
    if (holds(each)) continue
    const part = partOf(each)
    if (worst === null || part > worst.part) worst = { author, part }
  }
  if (worst === null) return null
  return worst.part >= noteworthyPart ? { verdict: 'oneAuthor', author: worst.author } : { verdict: 'steady' }
}

/** The part that was taken away. */
export const takenAway = (all: number, left: number): number => (all > 0 ? 1 - left / all : 0)
