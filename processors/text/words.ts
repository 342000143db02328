import { compose, foldedUnit } from './fold.js'
import { emptyHash, hashWith, type WordSet } from './word-set.js'

/** What a code unit, or a pair of surrogates, may be part of, and what else the walk asks of every unit. */
const bits = {
  word: 1,
  name: 2,
  space: 4,
  /** Folding changes it. */
  folds: 8,
  /** A hashtag, the name of a user or an address may begin with it, or it is the first of a pair. */
  special: 16,
  known: 32,
} as const
const wordPart = /^[\p{L}\p{M}]$/u
const namePart = /^[\p{L}\p{N}\p{M}_]$/u
const space = /^\s$/
const special = /^[#@hw\ud800-\udbff]$/

/** Of code units, filled when one is first seen. */
const classes = new Uint8Array(0x10000)

function classOf(unit: number): number {
  const known = classes[unit] ?? 0
  if (known !== 0) return known
  const folded = foldedUnit(unit)
  const character = String.fromCharCode(unit)
  const found = classify(character, String.fromCharCode(folded)) | (folded === unit ? 0 : bits.folds)
  classes[unit] = found
  return found
}

/** A word is what it is after folding; names of users, hashtags and addresses are found before it. */
function classify(character: string, folded: string): number {
  return (
    (wordPart.test(folded) ? bits.word : 0) |
    (namePart.test(character) ? bits.name : 0) |
    (space.test(character) ? bits.space : 0) |
    (special.test(character) ? bits.special : 0) |
    bits.known
  )
}

/** Number of code units of the character there: 2 for a pair of surrogates. */
const widthAt = (text: string, at: number, unit: number): number =>
  (unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1

/** The class of the character there, of the given width. */
function classAt(text: string, at: number, unit: number, width: number): number {
  if (width === 1) return classOf(unit)
  const pair = text.slice(at, at + 2)
  return classify(pair, pair)
}

const hash = 35
const atSign = 64
const smallH = 104
const smallT = 116
const smallW = 119

/**
 * Gives the words of a text one by one, folded: runs of letters and marks outside addresses, hashtags and names of users,
 * wherever these begin. One walk over the text, whatever its length.
 * @param shortest fewest code units of a word that is given
 * @param longest most code units of one
 * @param except words that are not given: nearly all are among them, and are not cut out of the text
 * @param take gets each word, and where it begins in the text as it was walked, in which it is as long; the walk ends
 * when it gives false
 */
export function eachWord(
  given: string,
  shortest: number,
  longest: number,
  except: WordSet,
  take: (word: string, text: string, start: number) => boolean,
): void {
  const composed = compose(given)
  // Composing looks at what is left of the text alone; nearly every text is composed as it comes.
  const text = composed === given ? given : compose(bare(given))
  const { length } = text
  let start = -1
  let seen = 0
  let hashed = emptyHash
  let at = 0
  while (at < length) {
    const unit = text.charCodeAt(at)
    let kind = classOf(unit)
    let next = at + 1
    if ((kind & bits.special) !== 0) {
      const outside = outsideEnd(text, at, unit)
      if (outside > at) {
        next = outside
        kind = 0
      } else if (widthAt(text, at, unit) === 2) {
        next = at + 2
        kind = classAt(text, at, unit, 2)
      }
    }
    if ((kind & bits.word) !== 0) {
      if (start === -1) {
        start = at
        seen = 0
        hashed = emptyHash
      }
      seen |= kind
      hashed = hashWith(hashed, foldedUnit(unit))
      if (next > at + 1) hashed = hashWith(hashed, text.charCodeAt(at + 1))
    } else if (start !== -1) {
      const size = at - start
      if (size >= shortest && size <= longest && !except.holds(text, start, at, hashed)) {
        if (!take(wordOf(text, start, at, seen), text, start)) return
      }
      start = -1
    }
    at = next
  }
  const size = length - start
  if (start === -1 || size < shortest || size > longest || except.holds(text, start, length, hashed)) return
  take(wordOf(text, start, length, seen), text, start)
}

function wordOf(text: string, start: number, end: number, seen: number): string {
  if ((seen & bits.folds) === 0) return text.slice(start, end)
  let word = ''
  for (let at = start; at < end; at++) word += String.fromCharCode(foldedUnit(text.charCodeAt(at)))
  return word
}

/** The text with a space for each address, hashtag and name of a user. */
function bare(text: string): string {
  let left = ''
  let from = 0
  for (let at = 0; at < text.length; ) {
    const end = outsideEnd(text, at, text.charCodeAt(at))
    if (end > at) {
      left += `${text.slice(from, at)} `
      from = end
    }
    at = Math.max(end, at + 1)
  }
  return left + text.slice(from)
}

/** Behind the address, hashtag or name of a user that begins there; the position itself where none does. */
function outsideEnd(text: string, at: number, unit: number): number {
  if (unit === hash || unit === atSign) {
    const end = runEnd(text, at + 1, bits.name, true)
    return end > at + 1 ? end : at
  }
  const scheme = schemeEnd(text, at, unit)
  if (scheme === at) return at
  const end = runEnd(text, scheme, bits.space, false)
  return end > scheme ? end : at
}

/** Behind `http://`, `https://` or `www.`; asked at each letter, nearly all of which the first one or two answer. */
function schemeEnd(text: string, at: number, unit: number): number {
  if (unit === smallH && text.charCodeAt(at + 1) === smallT) {
    if (text.startsWith('http://', at)) return at + 7
    if (text.startsWith('https://', at)) return at + 8
  }
  if (unit === smallW && text.charCodeAt(at + 1) === smallW && text.startsWith('www.', at)) return at + 4
  return at
}

/** The first position from `from` on whose character is not, or where `within` is false is, of the class. */
function runEnd(text: string, from: number, bit: number, within: boolean): number {
  let at = from
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    const width = widthAt(text, at, unit)
    if (((classAt(text, at, unit, width) & bit) !== 0) !== within) break
    at += width
  }
  return at
}
