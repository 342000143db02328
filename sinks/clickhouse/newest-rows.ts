import type { AvroColumns } from '../../schemas/avro-columns.js'
import type { Cells } from '../../schemas/field-columns.js'

/**
 * Keeps of rows that are the same thing the newest one, in the place of the first: later results of a window replace
 * earlier ones, and what was replaced within a block need not be written.
 */
export class NewestRows {
  readonly #rows: AvroColumns
  readonly #identity: readonly string[]
  readonly #revision: string
  /** Open addressing; a slot holds a row + 1, 0 when it is free. */
  #slots = new Int32Array(2048)
  #cells: readonly Cells[] = []
  #revisions: Cells = new Int32Array(0)

  /**
   * @param identity names of the columns that say what a row is
   * @param revision name of the column whose higher value is newer; of equal ones the later row is
   */
  constructor(rows: AvroColumns, identity: readonly string[], revision: string) {
    this.#rows = rows
    this.#identity = identity
    this.#revision = revision
  }

  /** To be called when a row was added: keeps it, or lets it replace an older one, or takes it away. */
  settleLast(): void {
    this.#look()
    const last = this.#rows.length - 1
    const mask = this.#slots.length - 1
    let slot = this.#hash(last) & mask
    for (; ; slot = (slot + 1) & mask) {
      const before = (this.#slots[slot] as number) - 1
      if (before < 0) break
      if (!this.#same(before, last)) continue
      const newer = (this.#revisions[last] as number) >= (this.#revisions[before] as number)
      this.#rows.moveLast(newer ? before : null)
      return
    }
    this.#slots[slot] = last + 1
    if (this.#rows.length * 2 > this.#slots.length) this.#grow()
  }

  clear(): void {
    this.#slots.fill(0)
  }

  /** The arrays of the columns are others once they have grown. */
  #look(): void {
    const revisions = this.#rows.cells(this.#revision)
    if (revisions === this.#revisions) return
    this.#revisions = revisions
    this.#cells = this.#identity.map((name) => this.#rows.cells(name))
  }

  #hash(row: number): number {
    let hash = 0
    for (const cells of this.#cells) {
      const value = cells[row] as number
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
    this.#slots = new Int32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let row = 0; row < this.#rows.length; row++) {
      let slot = this.#hash(row) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = row + 1
    }
  }
}
