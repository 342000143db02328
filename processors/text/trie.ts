import { alphabet, symbolAt, symbolBits, symbols } from './fold.js'

/** Words and phrases as a tree of symbols, in one table: `next[node << symbolBits | symbol]`, 0 where there is none. */
export interface Trie {
  readonly next: Uint16Array
  readonly size: number
}

const gapSymbol = symbols.gap

/**
 * The form in which a phrase is looked up: folded, one space between words, apostrophes left out.
 * @throws Error for a phrase with a character that no word of the tree can have.
 */
export function formOf(phrase: string): string {
  const form = [...phrase.normalize('NFC')]
    .map((character) => {
      const symbol = character.length === 1 ? symbolAt(character.charCodeAt(0)) : symbols.break
      if (symbol === symbols.skip) return ''
      if (symbol === gapSymbol) return ' '
      const letter = alphabet[symbol - symbols.first]
      if (letter === undefined)
        throw new Error(`"${phrase}" holds "${character}": use letters, digits, spaces, hyphens, apostrophes`)
      return letter
    })
    .join('')
    .trim()
    .replace(/ +/g, ' ')
  if (form === '') throw new Error(`"${phrase}" holds no word`)
  return form
}

/** Grows a tree; `add` gives the node where the form ends. */
export class TrieBuilder {
  private next = new Uint16Array(1 << (symbolBits + 10))
  private used = 1

  /** @param form as formOf gives it. @throws RangeError when the tree has no room for it. */
  add(form: string): number {
    let node = 0
    for (let at = 0; at < form.length; at++) {
      const place = (node << symbolBits) | symbolAt(form.charCodeAt(at))
      node = this.next[place] ?? 0
      if (node === 0) {
        node = this.newNode()
        this.next[place] = node
      }
    }
    return node
  }

  build(): Trie {
    return { next: this.next.slice(0, this.used << symbolBits), size: this.used }
  }

  private newNode(): number {
    if (this.used > 0xffff) throw new RangeError('the vocabulary has more than 65,535 distinct beginnings of words')
    if ((this.used + 1) << symbolBits > this.next.length) {
      const larger = new Uint16Array(this.next.length * 2)
      larger.set(this.next)
      this.next = larger
    }
    return this.used++
  }
}
