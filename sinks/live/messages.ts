/** What the hub tells a client of a channel. */
export type LiveMessage =
  /** The whole state; replaces what the client holds. */
  | {
      readonly kind: 'snapshot'
      readonly channel: string
      readonly sequence: number
      readonly data: Readonly<Record<string, unknown>>
    }
  /** What changed between two sequence numbers; a null value removes the key. Only fit for a client that holds `from`. */
  | {
      readonly kind: 'delta'
      readonly channel: string
      readonly from: number
      readonly to: number
      readonly changes: readonly (readonly [key: string, value: unknown])[]
    }

/** The client's copy of a channel. Runs in the browser as well. */
export class Replica {
  #sequence: number | null = null
  readonly #data = new Map<string, unknown>()

  get sequence(): number | null {
    return this.#sequence
  }

  get data(): ReadonlyMap<string, unknown> {
    return this.#data
  }

  /** @returns `gap` when a message was missed: nothing was changed, ask for a snapshot. */
  apply(message: LiveMessage): 'applied' | 'gap' {
    if (message.kind === 'snapshot') {
      this.#data.clear()
      for (const [key, value] of Object.entries(message.data)) this.#data.set(key, value)
      this.#sequence = message.sequence
      return 'applied'
    }
    if (message.from !== this.#sequence) return 'gap'
    for (const [key, value] of message.changes) {
      if (value === null) this.#data.delete(key)
      else this.#data.set(key, value)
    }
    this.#sequence = message.to
    return 'applied'
  }
}
