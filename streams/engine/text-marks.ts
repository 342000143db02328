const marks = 16_384
const unitsLookedAt = 4

/**
 * A mark for each of some texts, by their lengths and last characters: most of those that are not among them are told
 * without hashing them, which costs more than the look for a text that was only just made.
 */
export class TextMarks {
  readonly #marks = new Uint8Array(marks)
  #isEmpty = true

  add(text: string): void {
    this.#marks[markOf(text)] = 1
    this.#isEmpty = false
  }

  /** False: the text was not added since they were cleared. */
  mayHave(text: string): boolean {
    return this.#marks[markOf(text)] !== 0
  }

  clear(): void {
    if (this.#isEmpty) return
    this.#marks.fill(0)
    this.#isEmpty = true
  }
}

function markOf(text: string): number {
  const { length } = text
  let mix = length
  for (let at = Math.max(0, length - unitsLookedAt); at < length; at += 1)
    mix = Math.imul(mix, 33) + text.charCodeAt(at)
  return (mix ^ (mix >>> 12)) & (marks - 1)
}
