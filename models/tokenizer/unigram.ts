import type { CutPiece } from './pieces.js'

export interface UnigramVocabulary {
  /** Pieces and their log probabilities, by id. */
  readonly vocab: readonly (readonly [piece: string, score: number])[]
  readonly unk_id: number
}

/** What an unknown character costs beyond the least likely piece, as in SentencePiece. */
const unknownPenalty = 10

/**
 * The most likely pieces of a word (Viterbi; Kudo 2018, arXiv 1804.10959). Of two ways that are equally likely the one
 * found first stays, and unknown characters in a row are one piece, both as the `tokenizers` library of Python does.
 */
export function unigram({ vocab, unk_id: unknown }: UnigramVocabulary): CutPiece {
  const ids = new Map(vocab.map(([piece], id) => [piece, id]))
  const scores = Float64Array.from(vocab, ([, score]) => score)
  const longest = vocab.reduce((most, [piece]) => Math.max(most, piece.length), 1)
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty

  return (piece) => {
    const end = piece.length
    const best = new Float64Array(end + 1).fill(Number.NEGATIVE_INFINITY)
    const from = new Int32Array(end + 1)
    const by = new Int32Array(end + 1)
    best[0] = 0
    const reach = (to: number, start: number, id: number, score: number): void => {
      if (score <= (best[to] ?? 0)) return
      best[to] = score
      from[to] = start
      by[to] = id
    }
    for (let start = 0; start < end; ) {
      const character = (piece.codePointAt(start) ?? 0) > 0xffff ? 2 : 1
      const here = best[start] ?? 0
      let known = false
      for (let to = start + character; to <= end && to - start <= longest; to += 1) {
        const id = ids.get(piece.slice(start, to))
        if (id === undefined) continue
        reach(to, start, id, here + (scores[id] ?? 0))
        known ||= to === start + character
      }
      if (!known) reach(start + character, start, unknown, here + unknownScore)
      start += character
    }
    const found: number[] = []
    for (let to = end; to > 0; to = from[to] ?? 0) {
      const id = by[to] ?? unknown
      if (id !== unknown || found.at(-1) !== unknown) found.push(id)
    }
    return found.reverse()
  }
}
