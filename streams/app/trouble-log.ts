import type { Trouble } from './observatory.js'

export type TroubleLine =
  | { readonly kind: 'fails'; readonly trouble: Trouble }
  | { readonly kind: 'works'; readonly what: string; readonly attempts: number }

/** What of the troubles goes into the log: each when it begins, when its attempts have doubled, and when it is over. */
export class TroubleLog {
  /** Attempts when it was last told. */
  readonly #told = new Map<string, number>()
  readonly #latest = new Map<string, number>()

  /** @param troubles all there are at this moment */
  take(troubles: readonly Trouble[]): readonly TroubleLine[] {
    const lines: TroubleLine[] = []
    const now = new Set(troubles.map(({ what }) => what))
    for (const [what, attempts] of this.#latest) {
      if (now.has(what)) continue
      this.#latest.delete(what)
      this.#told.delete(what)
      lines.push({ kind: 'works', what, attempts })
    }
    for (const trouble of troubles) {
      const { what, attempt } = trouble
      // fewer than before: it had ended, and began anew between two looks
      const anew = attempt < (this.#latest.get(what) ?? 0)
      this.#latest.set(what, attempt)
      if (!anew && attempt < 2 * (this.#told.get(what) ?? 0)) continue
      this.#told.set(what, attempt)
      lines.push({ kind: 'fails', trouble })
    }
    return lines
  }
}
