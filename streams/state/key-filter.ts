const bits = 2 ** 20
const probes = 4

/**
 * Says of which keys a table has none, without asking it: a Bloom filter ("Space/time trade-offs in hash coding with
 * allowable errors", 1970) of 128 KiB, its hashes made of two (Kirsch and Mitzenmacher, 2006). With 100,000 keys it takes one in
 * a hundred others for one of them, with 200,000 one in twelve.
 */
export class KeyFilter {
  #words: Uint32Array | null = null

  add(key: string): void {
    this.#words ??= new Uint32Array(bits / 32)
    const words = this.#words
    const step = hashOf(key)
    let hash = mixed(step)
    for (let probe = 0; probe < probes; probe++, hash = (hash + step) | 0) {
      const word = (hash >>> 5) & (bits / 32 - 1)
      words[word] = (words[word] as number) | (1 << (hash & 31))
    }
  }

  /** False: the key was never added. */
  mayHave(key: string): boolean {
    const words = this.#words
    if (words === null) return false
    const step = hashOf(key)
    let hash = mixed(step)
    for (let probe = 0; probe < probes; probe++, hash = (hash + step) | 0)
      if (((words[(hash >>> 5) & (bits / 32 - 1)] as number) & (1 << (hash & 31))) === 0) return false
    return true
  }
}

/** FNV-1a over the code units, 32 bits (Fowler, Noll, Vo); odd, so that no probe meets another. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash | 1
}

/** The finaliser of MurmurHash3 (Appleby). */
function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}
