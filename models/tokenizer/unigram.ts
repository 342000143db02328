import { Trie } from './trie.js'

export interface UnigramVocabulary {
  /** Pieces and their log probabilities, by id. */
  readonly vocab: readonly (readonly [piece: string, score: number])[]
  readonly unk_id: number
}

/** What an unknown character costs beyond the least likely piece, as in SentencePiece. */
const unknownPenalty = 10

/**
 * Cuts words into their most likely pieces (Viterbi; Kudo 2018, arXiv 1804.10959). Of two ways that are equally likely
 * the one found first stays, and unknown characters in a row are one piece, both as the `tokenizers` library of Python
 * does.
 */
export class Unigram {
  readonly #trie = new Trie()
  readonly #scores: Float64Array
  readonly #unknown: number
  readonly #unknownScore: number
  #best = new Float64Array(64)
  #from = new Int32Array(64)
  #by = new Int32Array(64)

  constructor({ vocab, unk_id: unknown }: UnigramVocabulary) {
    for (const [id, [piece]] of vocab.entries()) this.#trie.add(piece, id)
    this.#scores = Float64Array.from(vocab, ([, score]) => score)
    this.#unknown = unknown
    this.#unknownScore = this.#scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty
  }

  /** The pieces of the first `end` units. */
  cut(units: Uint16Array, end: number): readonly number[] {
    this.#reserve(end)
    const [trie, scores, unknown, unknownScore] = [this.#trie, this.#scores, this.#unknown, this.#unknownScore]
    const [best, from, by] = [this.#best, this.#from, this.#by]
    best.fill(Number.NEGATIVE_INFINITY, 1, end + 1)
    best[0] = 0
    for (let start = 0; start < end; ) {
      const next = start + (isPair(units, start, end) ? 2 : 1)
      const here = best[start] ?? 0
      let known = false
      let node = 0
      for (let at = start; at < end; ) {
        node = trie.next(node, units[at] ?? 0)
        if (node === -1) break
        at += 1
        const id = trie.id(node)
        if (id === -1 || at < next) continue
        if (at === next) known = true
        const score = here + (scores[id] ?? 0)
        if (score <= (best[at] ?? 0)) continue
        best[at] = score
        from[at] = start
        by[at] = id
      }
      if (!known && here + unknownScore > (best[next] ?? 0)) {
        best[next] = here + unknownScore
        from[next] = start
        by[next] = unknown
      }
      start = next
    }
    const found: number[] = []
    for (let to = end; to > 0; to = from[to] ?? 0) {
      const id = by[to] ?? unknown
      if (id !== unknown || found.at(-1) !== unknown) found.push(id)
    }
    return found.reverse()
  }

  #reserve(end: number): void {
    if (end < this.#best.length) return
    this.#best = new Float64Array(end * 2)
    this.#from = new Int32Array(end * 2)
    this.#by = new Int32Array(end * 2)
  }
}

/** Whether the character at `start` takes two units. */
function isPair(units: Uint16Array, start: number, end: number): boolean {
  const [first, second] = [units[start] ?? 0, start + 1 < end ? (units[start + 1] ?? 0) : 0]
  return first >= 0xd800 && first <= 0xdbff && second >= 0xdc00 && second <= 0xdfff
}
