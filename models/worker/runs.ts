import type { TokenIds } from '../providers/provider.js'

export interface RunLimits {
  /** Tokens of a run at most; one text may have more. */
  readonly tokens: number
  /** Whether texts may share a run. */
  readonly together: boolean
  /** Tokens that a text of so many takes. */
  readonly lengthOf: (tokens: number) => number
  /** Whether runs have 1, 2, 4, 8… texts. */
  readonly powersOfTwo: boolean
}

/**
 * Cuts encoded texts into runs: texts of one length together, shortest first.
 * @returns indices of the texts of each run
 */
export function cutIntoRuns(
  encoded: readonly (TokenIds | undefined)[],
  { tokens, together, lengthOf, powersOfTwo }: RunLimits,
): readonly (readonly number[])[] {
  const byLength = new Map<number, number[]>()
  for (const [at, ids] of encoded.entries()) {
    if (ids === undefined) continue
    const length = lengthOf(ids.length)
    const group = byLength.get(length)
    if (group) group.push(at)
    else byLength.set(length, [at])
  }
  return [...byLength]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, group]) => {
      const most = together ? Math.max(1, Math.floor(tokens / length)) : 1
      const runs: (readonly number[])[] = []
      for (let from = 0; from < group.length; ) {
        const left = Math.min(most, group.length - from)
        const size = powersOfTwo ? 2 ** Math.floor(Math.log2(left)) : left
        runs.push(group.slice(from, from + size))
        from += size
      }
      return runs
    })
}
