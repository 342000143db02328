import type { Term } from '../schemas/mention.js'
import { decideLanguage, type LanguageModel, speaksFor } from './language.js'
import { compose, isDigit, isUpperCase, isWordSymbol, symbolAt, symbolBits, symbols } from './text/fold.js'
import { hashtagEnd, hashtagTerm, hashtagWords } from './text/hashtag.js'
import type { Vocabulary } from './vocabulary/vocabulary.js'

/** What a text is about. */
export interface TextAnalysis {
  /** Distinct, in the order of their first appearance, at most `mostTerms`. */
  readonly terms: readonly Term[]
  /** Department (2 digits) of the places named; null when none or more than one is. */
  readonly region: string | null
  /** ISO 639-1 code; null when it cannot be told. */
  readonly language: string | null
}

/** A text of nothing but terms must not flood what comes after: the first 32 count. */
export const mostTerms = 32

const hash = 35
const at = 64

/**
 * Reads texts: one walk finds the terms of the vocabulary (the longest at each place, none within another), hashtags,
 * the context that ambiguous terms need, and the words that tell the language. Not to be shared between threads: it
 * reuses its own memory, and gives the same for the same text.
 */
export class TextAnalyser {
  /** Of the text at hand, as `LanguageEvidence`. */
  readonly sums: Int32Array
  readonly speaking: Int32Array
  words = 0
  private groups = 0
  /** How far the last match has read the word that it began at. */
  private reached = 0
  /** Matches in order: an index into the entries, or a hashtag. */
  private found: (number | Term)[] = []

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly model: LanguageModel,
  ) {
    this.sums = new Int32Array(model.languages.length)
    this.speaking = new Int32Array(model.languages.length)
  }

  analyse(given: string): TextAnalysis {
    this.sums.fill(0)
    this.speaking.fill(0)
    this.words = 0
    this.groups = 0
    this.found = []
    this.scan(compose(given), false)
    return { ...this.resolve(), language: decideLanguage(this.model.languages, this) }
  }

  private scan(text: string, inHashtag: boolean): void {
    let position = 0
    let taken = 0
    while (position < text.length) {
      const unit = text.charCodeAt(position)
      if (unit === hash) position = this.hashtag(text, position + 1)
      else if (unit === at) position = hashtagEnd(text, position + 1)
      else if (!isWordSymbol(symbolAt(unit))) position++
      else if (isAddress(text, position)) position = addressEnd(text, position)
      else {
        if (!isDigit(symbolAt(unit))) this.words++
        const end = this.matchAt(text, position, position >= taken, inHashtag)
        if (end > 0) taken = end
        position = wordEnd(text, this.reached)
      }
    }
  }

  /** Matches at the start of a word. @returns where the match ends, or 0 */
  private matchAt(text: string, start: number, wanted: boolean, inHashtag: boolean): number {
    const { trie, entryAt, entries } = this.vocabulary
    let node = 0
    let position = start
    let match = 0
    let matchEnd = 0
    let words = 0
    while (true) {
      const symbol = position < text.length ? symbolAt(text.charCodeAt(position)) : symbols.break
      if (symbol === symbols.skip) {
        position++
        continue
      }
      if (!isWordSymbol(symbol)) {
        if (words++ === 0) {
          this.weigh(node)
          this.reached = position
        }
        const entry = entryAt[node] ?? 0
        if (entry > 0 && (entries[entry]?.capitalised !== true || inHashtag || isUpperCase(text.charAt(start)))) {
          match = entry
          matchEnd = position
        }
        if (symbol !== symbols.gap || !wanted) break
      }
      node = trie.next[(node << symbolBits) | symbol] ?? 0
      if (node === 0) {
        if (words === 0) this.reached = position
        break
      }
      position++
      if (symbol === symbols.gap) position = nextWordStart(text, position)
    }
    if (!wanted || match === 0) return 0
    this.found.push(match)
    return matchEnd
  }

  private weigh(node: number): void {
    this.groups |= this.vocabulary.groupsAt[node] ?? 0
    const row = this.model.rowAt[node] ?? 0
    if (row === 0) return
    const { weights } = this.model
    const { length } = this.sums
    for (let index = 0; index < length; index++) {
      const weight = weights[row * length + index] ?? 0
      this.sums[index] = (this.sums[index] ?? 0) + weight
      if (weight >= speaksFor) this.speaking[index] = (this.speaking[index] ?? 0) + 1
    }
  }

  private hashtag(text: string, start: number): number {
    const end = hashtagEnd(text, start)
    const body = text.slice(start, end)
    const term = hashtagTerm(body)
    if (term === null) return Math.max(end, start)
    this.found.push({ term, kind: 'hashtag' })
    const whole = this.vocabulary.joined.get(term.slice(1))
    if (whole === undefined) this.scan(hashtagWords(body), true)
    else this.found.push(whole)
    return end
  }

  /** Leaves out what lacks its context, and what was found before. */
  private resolve(): Pick<TextAnalysis, 'terms' | 'region'> {
    const { entries, groupsOfKind } = this.vocabulary
    let met = this.groups
    for (const match of this.found) {
      const entry = typeof match === 'number' ? entries[match] : undefined
      if (entry?.term && entry.groups === 0) met |= groupsOfKind.get(entry.term.kind) ?? 0
    }
    const terms: Term[] = []
    let region: string | null = null
    let contradictory = false
    for (const match of this.found) {
      const entry = typeof match === 'number' ? entries[match] : undefined
      const term = typeof match === 'number' ? entry?.term : match
      if (!term || (entry !== undefined && (entry.groups & met) !== entry.groups)) continue
      if (entry?.department) {
        contradictory ||= region !== null && region !== entry.department
        region = entry.department
      }
      if (terms.length < mostTerms && !terms.some((other) => other.term === term.term && other.kind === term.kind))
        terms.push(term)
    }
    return { terms, region: contradictory ? null : region }
  }
}

const smallH = 104
const smallW = 119

/** Asked at every word: the first letter answers for nearly all. */
function isAddress(text: string, position: number): boolean {
  const unit = text.charCodeAt(position)
  if (unit === smallW) return text.startsWith('www.', position)
  return unit === smallH && (text.startsWith('http://', position) || text.startsWith('https://', position))
}

const isSpace = (unit: number): boolean =>
  unit < 0x80 ? unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) : /\s/.test(String.fromCharCode(unit))

function addressEnd(text: string, position: number): number {
  let end = position
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++
  return end
}

/** Behind the gaps and apostrophes that stand there. */
function nextWordStart(text: string, position: number): number {
  let start = position
  while (start < text.length) {
    const symbol = symbolAt(text.charCodeAt(start))
    if (symbol !== symbols.gap && symbol !== symbols.skip) break
    start++
  }
  return start
}

function wordEnd(text: string, position: number): number {
  let end = position
  while (end < text.length) {
    const symbol = symbolAt(text.charCodeAt(end))
    if (!isWordSymbol(symbol) && symbol !== symbols.skip) break
    end++
  }
  return end
}
