/** A voice: who, and what it says as `contentOf` tells. */
export type Pair = readonly [author: string, content: number]

/**
 * How many voices can be picked so that no two are of one author or of one content: what many people say in words of
 * their own is as many as they are, one who says many things is one, and so are many who say the same. A matching of
 * authors and contents, those of the fewest others first (R. Karp and M. Sipser, "Maximum matching in sparse random
 * graphs", 1981, in one pass): the same for the same pairs in any order.
 * @param pairs distinct
 */
export function independentVoices(pairs: readonly Pair[]): number {
  const ofAuthor = new Map<string, number>()
  const ofContent = new Map<number, number>()
  for (const [author, content] of pairs) {
    ofAuthor.set(author, (ofAuthor.get(author) ?? 0) + 1)
    ofContent.set(content, (ofContent.get(content) ?? 0) + 1)
  }
  const others = ([author, content]: Pair) => Math.min(ofAuthor.get(author) ?? 0, ofContent.get(content) ?? 0)
  const sorted = pairs.toSorted(
    (one, other) => others(one) - others(other) || one[1] - other[1] || (one[0] < other[0] ? -1 : 1),
  )
  const authors = new Set<string>()
  const contents = new Set<number>()
  for (const [author, content] of sorted) {
    if (authors.has(author) || contents.has(content)) continue
    authors.add(author)
    contents.add(content)
  }
  return authors.size
}
