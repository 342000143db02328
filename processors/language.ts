import type { Vocabulary } from './vocabulary/vocabulary.js'

/** What each word says for each language, as the data file holds it. */
export interface LanguageData {
  readonly languages: readonly string[]
  readonly words: Readonly<Record<string, readonly number[]>>
}

/** The words of the languages by their node in the vocabulary's tree, so that one walk over a text serves both. */
export interface LanguageModel {
  readonly languages: readonly string[]
  /** Row of weights of the word that ends at a node; 0 is none. */
  readonly rowAt: Uint16Array
  /** Row after row, one weight a language. */
  readonly weights: Int8Array
}

/** Evidence, in tenths of a natural logarithm, by which the first language must lead the second: 20 to 1. */
const lead = 30

/** @throws RangeError when the vocabulary's tree was built without these words. */
export function compileLanguages(data: LanguageData, vocabulary: Vocabulary): LanguageModel {
  const words = Object.entries(data.words)
  const rowAt = new Uint16Array(vocabulary.trie.size)
  const weights = new Int8Array((words.length + 1) * data.languages.length)
  words.forEach(([word, row], index) => {
    const node = vocabulary.nodeOf(word)
    if (node >= rowAt.length) throw new RangeError(`"${word}" is not in the tree: compile the vocabulary with it`)
    rowAt[node] = index + 1
    weights.set(row, (index + 1) * data.languages.length)
  })
  return { languages: data.languages, rowAt, weights }
}

/** A word speaks for a language where it is at most 4.5 times as frequent in another: in tenths of a natural logarithm. */
export const speaksFor = -15
/** Of ten words so many must speak for a language: texts in others than these hold some words of one of them by chance. */
const speakingOfTen = 3

/** What the words of a text say, an element a language. */
export interface LanguageEvidence {
  /** Words that do not begin with a digit, known ones or not. */
  readonly words: number
  /** Sums of the weights of the known ones. */
  readonly sums: ArrayLike<number>
  /** How many of them speak for the language. */
  readonly speaking: ArrayLike<number>
}

/** The language that leads clearly and that enough words speak for; null when there is none. */
export function decideLanguage(
  languages: readonly string[],
  { words, sums, speaking }: LanguageEvidence,
): string | null {
  let first = -1
  let second = Number.NEGATIVE_INFINITY
  for (let index = 0; index < languages.length; index++) {
    const sum = sums[index] ?? 0
    const best = first === -1 ? Number.NEGATIVE_INFINITY : (sums[first] ?? 0)
    if (sum > best) {
      second = best
      first = index
    } else if (sum > second) second = sum
  }
  if (first < 0 || (sums[first] ?? 0) - second < lead) return null
  return (speaking[first] ?? 0) * 10 >= words * speakingOfTen ? (languages[first] ?? null) : null
}
