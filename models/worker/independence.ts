import type { Classifier, TokenIds } from '../providers/provider.js'

/** Rows and lengths that take different paths through matrix kernels: one row, odd ones, full tiles and rests. */
const shapes = [
  { rows: 2, length: 5 },
  { rows: 3, length: 16 },
  { rows: 7, length: 11 },
  { rows: 16, length: 24 },
] as const

/** All of the lengths above, less two, are padded to the same. */
const padded = 3

/** Token ids that spread over the vocabulary, always the same ones: the verdict must not change from start to start. */
function probe(lengths: readonly number[], frame: TokenIds, vocabulary: number): readonly TokenIds[] {
  return lengths.map((length, row) =>
    Array.from({ length }, (_, at) => {
      if (at === 0) return frame[0] ?? 0
      if (at === length - 1) return frame.at(-1) ?? 0
      return (row * 7919 + at * 104_729) % vocabulary
    }),
  )
}

/**
 * Whether a text's logits are the same bits alone and beside others. Weights of int8 with activation ranges taken at
 * run time (dynamic quantisation) fail this: the range is that of the whole run. Also warms the session up.
 * @param frame ids of the empty text: what stands first and last
 * @param vocabulary ids below it may be used
 */
export async function rowsAreIndependent(
  classifier: Classifier,
  frame: TokenIds,
  vocabulary: number,
  maxTokens: number,
): Promise<boolean> {
  for (const { rows, length } of shapes) {
    // Where texts are padded, those of a run differ in length by a token or two.
    const shorter = (row: number): number => (classifier.fewShapes ? row % padded : 0)
    const lengths = Array.from({ length: rows }, (_, row) => Math.min(length, maxTokens) - shorter(row))
    const texts = probe(lengths, frame, vocabulary)
    const together = Float32Array.from(await classifier.run(texts))
    for (const [row, text] of texts.entries()) {
      const alone = await classifier.run([text])
      if (alone.some((value, at) => value !== together[row * classifier.outputs + at])) return false
    }
  }
  return true
}
