import { composed, fold, isCapital, partOf } from './characters.js'
import type { Entry, Kind, Vocabulary } from './vocabulary.js'

export interface Term {
  readonly term: string
  readonly kind: Kind
}

export interface Reading {
  readonly terms: readonly Term[]
  readonly region: string | null
  readonly language: string | null
}

interface Word {
  readonly folded: string
  readonly capital: boolean
  /** Whether only gaps and apostrophes are between this word and the one before it. */
  readonly follows: boolean
}

/** A run of words, or a hashtag with what is within it. */
type Piece = { readonly words: readonly Word[] } | { readonly hashtag: string }

/** What a text says: docs/consumer-trends.md, from "Text" to "Region and language". */
export function read(vocabulary: Vocabulary, text: string): Reading {
  const found: (Entry | Term)[] = []
  const met = new Set<string>()
  const sums = vocabulary.languages.map(() => 0)
  const speakers = vocabulary.languages.map(() => 0)
  let counted = 0
  const look = (words: readonly Word[], inHashtag: boolean) => {
    for (const { folded } of words) {
      for (const context of vocabulary.contextsOfWord.get(folded) ?? []) met.add(context)
      if (!/^[0-9]/.test(folded)) counted++
      vocabulary.weights.get(folded)?.forEach((weight, index) => {
        sums[index] = (sums[index] ?? 0) + weight
        if (weight >= -15) speakers[index] = (speakers[index] ?? 0) + 1
      })
    }
    found.push(...matches(vocabulary, words, inHashtag))
  }
  for (const piece of piecesOf(composed(text))) {
    if ('words' in piece) {
      look(piece.words, false)
      continue
    }
    const body = piece.hashtag
    if (!/\p{L}/u.test(body) || body.length > 100) continue
    found.push({ term: `#${fold(body)}`, kind: 'hashtag' })
    const whole = vocabulary.joined.get(fold(body))
    if (whole !== undefined) found.push(whole)
    else for (const inner of piecesOf(wordsOfHashtag(body))) if ('words' in inner) look(inner.words, true)
  }
  for (const match of found) {
    if (isEntry(match) && match.term !== null && match.contexts.length === 0)
      for (const context of vocabulary.contextsOfKind.get(match.kind) ?? []) met.add(context)
  }
  const kept = found.filter(
    (match) => !isEntry(match) || (match.term !== null && match.contexts.every((need) => met.has(need))),
  )
  const departments = new Set(
    kept.flatMap((match) => (isEntry(match) && match.department !== null ? [match.department] : [])),
  )
  const terms = new Map(kept.map(({ term, kind }) => [`${kind} ${term}`, { term: term ?? '', kind }]))
  return {
    terms: [...terms.values()].slice(0, 32),
    region: departments.size === 1 ? ([...departments][0] ?? null) : null,
    language: leading(vocabulary.languages, sums, (at) => (speakers[at] ?? 0) / counted >= 0.3),
  }
}

const isEntry = (match: Entry | Term): match is Entry => 'contexts' in match

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let words: Word[] = []
  let follows = false
  let at = 0
  const through = (test: (unit: string) => boolean): string => {
    const from = at
    while (at < text.length && test(text.charAt(at))) at++
    return text.slice(from, at)
  }
  const isNamed = (unit: string) => unit === '_' || partOf(unit) === 'word'
  while (at < text.length) {
    const unit = text.charAt(at)
    if (unit === '#' || unit === '@') {
      at++
      const name = through(isNamed)
      follows = false
      if (unit === '@') continue
      pieces.push({ words }, { hashtag: name })
      words = []
    } else if (partOf(unit) === 'word') {
      if (/^(https?:\/\/|www\.)/.test(text.slice(at, at + 8))) {
        through((each) => !/\s/.test(each))
        follows = false
        continue
      }
      const word = through((each) => ['word', 'apostrophe'].includes(partOf(each)))
      const letters = [...word].filter((each) => partOf(each) === 'word').join('')
      words.push({ folded: fold(letters), capital: isCapital(unit), follows })
      follows = true
    } else {
      at++
      if (partOf(unit) === 'break') follows = false
    }
  }
  return [...pieces, { words }]
}

function matches(vocabulary: Vocabulary, words: readonly Word[], inHashtag: boolean): readonly Entry[] {
  const found: Entry[] = []
  for (let at = 0; at < words.length; ) {
    const [entry, length] = longest(vocabulary, words, at, inHashtag)
    if (entry !== null) found.push(entry)
    at += length
  }
  return found
}

function longest(
  vocabulary: Vocabulary,
  words: readonly Word[],
  at: number,
  inHashtag: boolean,
): [Entry | null, number] {
  const capital = inHashtag || words[at]?.capital === true
  let reach = 1
  while (reach < vocabulary.mostWords && words[at + reach]?.follows === true) reach++
  for (let length = reach; length > 0; length--) {
    const form = words
      .slice(at, at + length)
      .map(({ folded }) => folded)
      .join(' ')
    const entry = vocabulary.forms.get(form)
    if (entry !== undefined && (capital || !entry.capital)) return [entry, length]
  }
  return [null, 1]
}

/** The words that a hashtag runs together, with spaces between them. */
function wordsOfHashtag(body: string): string {
  let spaced = ''
  for (let at = 0; at < body.length; at++) {
    const unit = body.charAt(at)
    const before = body.charAt(at - 1)
    const after = body.charAt(at + 1)
    const begins =
      at > 0 &&
      ((isCapital(unit) && (!isCapital(before) || /^\p{Ll}$/u.test(after))) || isDigit(unit) !== isDigit(before))
    spaced += unit === '_' ? ' ' : `${begins ? ' ' : ''}${unit}`
  }
  return spaced
}

const isDigit = (unit: string): boolean => unit >= '0' && unit <= '9'

function leading(
  languages: readonly string[],
  sums: readonly number[],
  isSpokenFor: (language: number) => boolean,
): string | null {
  const [first = 0, second = 0] = [...sums].sort((one, other) => other - one)
  const leader = sums.indexOf(first)
  return first - second >= 30 && isSpokenFor(leader) ? (languages[leader] ?? null) : null
}

/** The words of a text that would be news: docs/consumer-trends.md, "Emerging words". */
export function newWords(vocabulary: Vocabulary, text: string): readonly string[] {
  const words = saidWords(text)
  return [
    ...new Set([...words].filter((word) => word.length >= 4 && word.length <= 40 && !vocabulary.known.has(word))),
  ].slice(0, 16)
}

/** The words of a text, whatever they are: folded, outside addresses, hashtags and names of users. */
export const saidWords = (text: string): ReadonlySet<string> =>
  new Set(
    fold(composed(text.replace(/https?:\/\/\S+|www\.\S+|[@#][\p{L}\p{N}\p{M}_]+/gu, ' '))).match(/[\p{L}\p{M}]+/gu) ??
      [],
  )
