import type { PlainCharacters } from './plain.js'
import { Unigram, type UnigramVocabulary } from './unigram.js'
import { WordIds } from './word-ids.js'

const space = 0x20
/** `▁`, which begins each word. */
const begin = 0x2581

/** FNV-1a, one step a unit. */
const hashBasis = 0x811c9dc5
const hashPrime = 0x01000193

/** Cuts texts at spaces into words that begin with `▁`, and each word into its most likely pieces. */
export class SpacedWords {
  readonly #unigram: Unigram
  readonly #known = new WordIds()
  #units = new Uint16Array(256)

  constructor(vocabulary: UnigramVocabulary) {
    this.#unigram = new Unigram(vocabulary)
  }

  /**
   * Appends the ids of a text as it comes before the normaliser, until there are `most` or some more.
   * @returns false when the text has characters that `plain` does not know, or two spaces in a row; `into` is as it was
   */
  appendPlain(text: string, plain: PlainCharacters, into: number[], most: number): boolean {
    const before = into.length
    this.#reserve(text.length * 2 + 2)
    const { kept, changed } = plain
    const units = this.#units
    const length = text.length
    units[0] = begin
    let end = 1
    let hash = hashBasis
    for (let at = 0; at < length; at += 1) {
      const unit = text.charCodeAt(at)
      if (kept[unit] === 1) {
        units[end] = unit
        end += 1
        hash = Math.imul(hash ^ unit, hashPrime)
      } else if (unit === space) {
        if (end > 1) {
          this.#append(end, hash, into)
          if (into.length - before >= most) return true
        } else if (at > 0) return giveUp(into, before)
        end = 1
        hash = hashBasis
      } else {
        const code = text.codePointAt(at) ?? 0
        const made = kept[code] === 1 ? text.slice(at, at + 2) : changed.get(code)
        if (made === undefined || end + made.length >= units.length) return giveUp(into, before)
        for (let of = 0; of < made.length; of += 1) {
          const own = made.charCodeAt(of)
          units[end] = own
          end += 1
          hash = Math.imul(hash ^ own, hashPrime)
        }
        if (code > 0xffff) at += 1
      }
    }
    if (text !== '') this.#append(end, hash, into)
    return true
  }

  /** Appends the ids of a text that the normaliser gave, until there are `most` or some more. */
  append(text: string, into: number[], most: number): void {
    if (text === '') return
    const before = into.length
    const words = text.replaceAll('▁', ' ').split(' ')
    for (const word of words[0] === '' ? words.slice(1) : words) {
      if (into.length - before >= most) return
      this.#reserve(word.length + 1)
      this.#units[0] = begin
      let hash = hashBasis
      for (let at = 0; at < word.length; at += 1) {
        const unit = word.charCodeAt(at)
        this.#units[at + 1] = unit
        hash = Math.imul(hash ^ unit, hashPrime)
      }
      this.#append(word.length + 1, hash, into)
    }
  }

  #append(end: number, hash: number, into: number[]): void {
    if (this.#known.append(this.#units, end, hash, into)) return
    const ids = this.#unigram.cut(this.#units, end)
    this.#known.set(this.#units, end, hash, ids)
    for (const id of ids) into.push(id)
  }

  #reserve(units: number): void {
    if (units > this.#units.length) this.#units = new Uint16Array(units * 2)
  }
}

/** Takes back what was appended. */
function giveUp(into: number[], before: number): false {
  into.length = before
  return false
}
