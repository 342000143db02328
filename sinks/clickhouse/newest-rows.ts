import type { AvroColumns } from '../../schemas/avro-columns.js'
import type { Cells } from '../../schemas/field-column.js'

/**
 * Keeps of rows that are the same thing the newest one, in the place of the first: later results of a window replace
 * earlier ones, and what was replaced within a block need not be written. Only rows that are not final are remembered:
 * most are final, come once and last, and are not worth the memory; should one come twice, both stay.
 */
export class NewestRows {
  readonly #rows: AvroColumns
  readonly #identity: readonly string[]
  readonly #revision: string
  readonly #final: string
  /** Rows that are remembered. */
  #held = 0
  /** Open addressing in pairs: row + 1, 0 when the slot is free, and the row's hash. */
  #slots = new Int32Array(2 * 2048)
  #cells: readonly Cells[] = []
  #revisions: Cells = new Int32Array(0)
  #finals: Cells = new Uint8Array(0)
  #capacity = 0

  /**
   * @param identity names of the columns that say what a row is
   * @param revision name of the column whose higher value is newer; of equal ones the later row is
   * @param final name of the column that is 1 for rows that nothing replaces
   */
  constructor(rows: AvroColumns, identity: readonly string[], revision: string, final: string) {
    this.#rows = rows
    this.#identity = identity
    this.#revision = revision
    this.#final = final
  }

  /** To be called when a row was added: keeps it, or lets it replace an older one, or takes it away. */
  settleLast(): void {
    this.#look()
    const last = this.#rows.length - 1
    const isFinal = this.#finals[last] === 1
    if (isFinal && this.#held === 0) return
    const hash = this.#hash(last)
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (hash << 1) & mask
    for (; slots[slot] !== 0; slot = (slot + 2) & mask) {
      const before = (slots[slot] as number) - 1
      if (slots[slot + 1] !== hash || !this.#same(before, last)) continue
      const newer = (this.#revisions[last] as number) >= (this.#revisions[before] as number)
      this.#rows.moveLast(newer ? before : null)
      return
    }
    if (isFinal) return
    slots[slot] = last + 1
    slots[slot + 1] = hash
    this.#held += 1
    if (this.#held * 4 > slots.length) this.#grow()
  }

  /** The arrays of the columns are others once there is more room. */
  #look(): void {
    if (this.#capacity === this.#rows.capacity) return
    this.#capacity = this.#rows.capacity
    this.#revisions = this.#rows.cells(this.#revision)
    this.#finals = this.#rows.cells(this.#final)
    this.#cells = this.#identity.map((name) => this.#rows.cells(name))
  }

  #hash(row: number): number {
    let hash = 0
    for (let index = 0; index < this.#cells.length; index++) {
      const value = this.#cells[index]?.[row] as number
      hash = Math.imul(hash ^ value, 0x9e3779b1) ^ (value / 0x100000000)
      hash ^= hash >>> 15
    }
    return hash
  }

  #same(one: number, other: number): boolean {
    for (const cells of this.#cells) if (cells[one] !== cells[other]) return false
    return true
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length * 4)
    const mask = this.#slots.length - 1
    for (let old = 0; old < before.length; old += 2) {
      if (before[old] === 0) continue
      let slot = ((before[old + 1] as number) << 1) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 2) & mask
      this.#slots[slot] = before[old] as number
      this.#slots[slot + 1] = before[old + 1] as number
    }
  }
}
