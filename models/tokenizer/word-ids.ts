/** Words remembered: those of a language in use. They take 7 MB. */
const mostWords = 1 << 17
const slots = mostWords * 2
/** Units and ids of a word on average; beyond that, all are forgotten earlier. */
const unitsPerWord = 10
const idsPerWord = 4
/** A word that is longer is seldom met again. */
const longestRemembered = 48

/** Token ids of words, found by the words' UTF-16 units without making a string of them. When full, it starts anew. */
export class WordIds {
  /** By hash: the number of the word, and the hash itself. */
  readonly #words = new Int32Array(slots).fill(-1)
  readonly #hashes = new Int32Array(slots)
  readonly #units = new Uint16Array(mostWords * unitsPerWord)
  readonly #ids = new Int32Array(mostWords * idsPerWord)
  /** By word, and one more: where its units and ids begin. */
  readonly #unitsAt = new Int32Array(mostWords + 1)
  readonly #idsAt = new Int32Array(mostWords + 1)
  #count = 0

  /** Appends the ids of the first `end` units, which have this hash. @returns false when they are not remembered */
  append(units: Uint16Array, end: number, hash: number, into: number[]): boolean {
    for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const word = this.#words[slot] ?? -1
      if (word === -1) return false
      if (this.#hashes[slot] !== hash || !this.#same(word, units, end)) continue
      const to = this.#idsAt[word + 1] ?? 0
      for (let at = this.#idsAt[word] ?? 0; at < to; at += 1) into.push(this.#ids[at] ?? 0)
      return true
    }
  }

  set(units: Uint16Array, end: number, hash: number, ids: readonly number[]): void {
    if (end > longestRemembered) return
    if (this.#isFull(end, ids.length)) {
      this.#words.fill(-1)
      this.#count = 0
    }
    const word = this.#count
    let slot = hash & (slots - 1)
    while (this.#words[slot] !== -1) slot = (slot + 1) & (slots - 1)
    this.#words[slot] = word
    this.#hashes[slot] = hash
    const [unitsAt, idsAt] = [this.#unitsAt[word] ?? 0, this.#idsAt[word] ?? 0]
    this.#units.set(units.subarray(0, end), unitsAt)
    this.#ids.set(ids, idsAt)
    this.#unitsAt[word + 1] = unitsAt + end
    this.#idsAt[word + 1] = idsAt + ids.length
    this.#count += 1
  }

  #isFull(units: number, ids: number): boolean {
    const [unitsAt, idsAt] = [this.#unitsAt[this.#count] ?? 0, this.#idsAt[this.#count] ?? 0]
    return this.#count === mostWords || unitsAt + units > this.#units.length || idsAt + ids > this.#ids.length
  }

  #same(word: number, units: Uint16Array, end: number): boolean {
    const begin = this.#unitsAt[word] ?? 0
    if ((this.#unitsAt[word + 1] ?? 0) - begin !== end) return false
    for (let at = 0; at < end; at += 1) if (this.#units[begin + at] !== units[at]) return false
    return true
  }
}
