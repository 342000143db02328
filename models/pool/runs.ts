import { paddedLength, type TokenIds } from '../providers/provider.js'

/** What a classifier can be given in one run; see `Classifier.fewShapes`. */
export interface RunKinds {
  /** Whether texts may share a run. */
  readonly together: boolean
  readonly fewShapes: boolean
}

export interface RunLimits extends RunKinds {
  /** Tokens of a run at most; one text may have more. */
  readonly tokens: number
  /** Tokens of the longest text. */
  readonly maxTokens: number
}

/**
 * Cuts texts into runs: texts of one length together, longest first, so that what is left at the end for several workers
 * is short.
 * @param most texts of a run at most
 */
export function cutIntoRuns<Text extends { readonly ids: TokenIds }>(
  texts: readonly Text[],
  { tokens, maxTokens, together, fewShapes }: RunLimits,
  most: number,
): (readonly Text[])[] {
  const byLength = new Map<number, Text[]>()
  for (const text of texts) {
    const length = fewShapes ? paddedLength(text.ids.length, maxTokens) : text.ids.length
    const group = byLength.get(length)
    if (group) group.push(text)
    else byLength.set(length, [text])
  }
  return [...byLength]
    .sort(([a], [b]) => b - a)
    .flatMap(([length, group]) => {
      const fitting = together ? Math.max(1, Math.min(most, Math.floor(tokens / length))) : 1
      const runs: (readonly Text[])[] = []
      for (let from = 0; from < group.length; ) {
        const left = Math.min(fitting, group.length - from)
        const size = fewShapes ? 2 ** Math.floor(Math.log2(left)) : left
        runs.push(group.slice(from, from + size))
        from += size
      }
      return runs
    })
}
