/** Slots for each edge: more make fewer collisions. */
const slotsPerEdge = 2

/** A tree of the pieces of a vocabulary by their UTF-16 units, its edges in one hash table. */
export class Trie {
  #capacity = 1 << 12
  #from = new Int32Array(this.#capacity).fill(-1)
  #unit = new Uint16Array(this.#capacity)
  #to = new Int32Array(this.#capacity)
  #edges = 0
  #ids = new Int32Array(1 << 12).fill(-1)
  #nodes = 1

  /** A later piece that is the same takes the place of the earlier one. */
  add(piece: string, id: number): void {
    let node = 0
    for (let at = 0; at < piece.length; at += 1) node = this.#step(node, piece.charCodeAt(at))
    this.#ids[node] = id
  }

  /** The node behind an edge; -1 when no piece goes on so. The root is 0. */
  next(node: number, unit: number): number {
    const slot = this.#slot(node, unit)
    return this.#from[slot] === -1 ? -1 : (this.#to[slot] ?? -1)
  }

  /** The piece that ends at the node; -1 when none does. */
  id(node: number): number {
    return this.#ids[node] ?? -1
  }

  #slot(node: number, unit: number): number {
    const mask = this.#capacity - 1
    const mixed = Math.imul(node ^ Math.imul(unit + 1, 0x9e3779b1), 0x85ebca6b)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (this.#from[slot] !== -1 && (this.#from[slot] !== node || this.#unit[slot] !== unit)) slot = (slot + 1) & mask
    return slot
  }

  #step(node: number, unit: number): number {
    const known = this.next(node, unit)
    if (known !== -1) return known
    if ((this.#edges + 1) * slotsPerEdge > this.#capacity) this.#grow()
    const made = this.#nodes
    this.#nodes += 1
    this.#put(node, unit, made)
    if (made >= this.#ids.length) {
      const ids = new Int32Array(this.#ids.length * 2).fill(-1)
      ids.set(this.#ids)
      this.#ids = ids
    }
    return made
  }

  #put(node: number, unit: number, to: number): void {
    const slot = this.#slot(node, unit)
    this.#from[slot] = node
    this.#unit[slot] = unit
    this.#to[slot] = to
    this.#edges += 1
  }

  #grow(): void {
    const [from, unit, to] = [this.#from, this.#unit, this.#to]
    this.#capacity *= 2
    this.#from = new Int32Array(this.#capacity).fill(-1)
    this.#unit = new Uint16Array(this.#capacity)
    this.#to = new Int32Array(this.#capacity)
    this.#edges = 0
    for (const [slot, node] of from.entries()) if (node !== -1) this.#put(node, unit[slot] ?? 0, to[slot] ?? 0)
  }
}
