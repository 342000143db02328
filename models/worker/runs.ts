import type { TokenIds } from '../providers/provider.js'

/**
 * Cuts encoded texts into runs: texts of one length together, shortest first, at most `tokens` tokens a run (one text
 * may have more) or one text a run. Without padding, a score depends on nothing but the text.
 * @returns indices of the texts of each run
 */
export function cutIntoRuns(
  encoded: readonly (TokenIds | undefined)[],
  limit: { readonly tokens: number; readonly together: boolean },
): readonly (readonly number[])[] {
  const byLength = new Map<number, number[]>()
  for (const [at, ids] of encoded.entries()) {
    if (ids === undefined) continue
    const group = byLength.get(ids.length)
    if (group) group.push(at)
    else byLength.set(ids.length, [at])
  }
  return [...byLength]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, group]) => {
      const size = limit.together ? Math.max(1, Math.floor(limit.tokens / length)) : 1
      return Array.from({ length: Math.ceil(group.length / size) }, (_, run) =>
        group.slice(run * size, (run + 1) * size),
      )
    })
}
