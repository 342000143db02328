import { fold } from '../text/fold.js'

/** What stands before a word, from what separates least to what separates most. */
export const breaks = { none: 0, also: 1, comma: 2, contrast: 3, sentence: 4 } as const
export type Break = (typeof breaks)[keyof typeof breaks]

/** A word of a text, where it begins and ends in the composed text, and how far it is from the word before. */
export interface PlacedWord {
  /** Folded, without apostrophes. */
  readonly form: string
  /** In lower case, as it is written. */
  readonly written: string
  readonly start: number
  readonly end: number
  readonly before: Break
}

const parts =
  /https?:\/\/\S+|www\.\S+|@[\p{L}\p{N}\p{M}_]+|[\p{L}\p{N}\p{M}]+(?:['’´`][\p{L}\p{N}\p{M}]+)*|[.!?…;:\n]+|[,()—–/|]+|\p{Extended_Pictographic}/gu
const word = /^[\p{L}\p{N}]/u
const between = /^[,()—–/|]/u
const address = /^(?:https?:\/\/|www\.)/
const decimal = /^[.,:]$/
const digit = /\d/

/** Words of a composed text, with the marks between them. Addresses and names of users are none. */
export function placedWords(text: string): readonly PlacedWord[] {
  const words: PlacedWord[] = []
  let before: Break = breaks.none
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (address.test(part) || part.startsWith('@')) continue
    if (word.test(part)) {
      const written = part.toLowerCase()
      const form = fold(part).replaceAll(/['’´`]/g, '')
      words.push({ form, written, start: index, end: index + part.length, before })
      before = breaks.none
    } else if (!isWithinNumber(text, part, index)) {
      const found = between.test(part) ? breaks.comma : breaks.sentence
      before = found > before ? found : before
    }
  }
  return words
}

/** 3.50 and 12:30 are one. */
const isWithinNumber = (text: string, mark: string, at: number): boolean =>
  decimal.test(mark) && digit.test(text.charAt(at - 1)) && digit.test(text.charAt(at + 1))
