/**
 * Distinct authors, exact, and able to forget: how often each was counted. Most windows see one author, who needs no
 * map. Begins with nobody: null, 0 and null.
 */
export interface AuthorCounts {
  one: string | null
  times: number
  many: Map<string, number> | null
}

/** Counts an author `by` times more (less, below 0). */
export function countAuthor(counts: AuthorCounts, author: string, by: number): void {
  if (counts.many !== null) {
    const times = (counts.many.get(author) ?? 0) + by
    if (times === 0) counts.many.delete(author)
    else counts.many.set(author, times)
  } else if (counts.times === 0 || counts.one === author) {
    counts.one = author
    counts.times += by
  } else {
    counts.many = new Map([
      [counts.one ?? '', counts.times],
      [author, by],
    ])
  }
}

export function mergeAuthors(into: AuthorCounts, other: AuthorCounts): void {
  if (other.many !== null) for (const [author, times] of other.many) countAuthor(into, author, times)
  else if (other.one !== null && other.times !== 0) countAuthor(into, other.one, other.times)
}

/** Authors who were counted more often than taken back. */
export function distinctAuthors({ times, many }: AuthorCounts): number {
  if (many === null) return times > 0 ? 1 : 0
  let distinct = 0
  for (const count of many.values()) if (count > 0) distinct++
  return distinct
}
