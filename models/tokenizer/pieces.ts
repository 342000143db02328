/** Cuts a piece of a text, mostly a word, into token ids. */
export type CutPiece = (piece: string) => readonly number[]

/** Pieces of one generation that are remembered; with the one before, the words of a language in use. Some 6 MB. */
const remembered = 20_000
/** Longer pieces are seldom met again. */
const longestRemembered = 32

/** The same cut, remembered for short pieces: what was met in this generation or in the one before. */
export function rememberPieces(cut: CutPiece): CutPiece {
  let known = new Map<string, readonly number[]>()
  let before = known
  return (piece) => {
    const young = known.get(piece)
    if (young !== undefined) return young
    const ids = before.get(piece) ?? cut(piece)
    if (piece.length <= longestRemembered) {
      if (known.size >= remembered) {
        before = known
        known = new Map()
      }
      // A copy: what is cut out of a text must not keep the whole text alive.
      known.set(Buffer.from(piece, 'utf16le').toString('utf16le'), ids)
    }
    return ids
  }
}
