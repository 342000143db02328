import type { Mention } from '../../schemas/mention.js'
import { termKey, type View } from './view.js'

// A mention names the terms of the vocabulary and its hashtags. Emerging words are found later, by counting: they stand
// in trends alone, folded, and the mentions that say them are found by their texts.

const accented = 'áàâäãåéèêëíìîïóòôöõúùûüýÿç'
const plain = 'aaaaaaeeeeiiiiooooouuuuyyc'

const outside = /https?:\/\/\S+|www\.\S+|[@#][\p{L}\p{N}\p{M}_]+/giu
const folding = new Map([...accented].map((letter, index) => [letter, plain[index] ?? letter]))

/** The words of a text in lower case and without accents, the tilde of ñ kept: as emerging words are written, and the column `words` of `pulso.mentions`. */
export function wordsOf(text: string): ReadonlySet<string> {
  const bare = text.normalize('NFC').toLowerCase().replace(outside, ' ')
  const folded = Array.from(bare, (letter) => folding.get(letter) ?? letter).join('')
  return new Set(folded.match(/[\p{L}\p{M}]+/gu) ?? [])
}

/** Whether the mention holds the term. */
export const holdsTerm = (
  { term, kind }: NonNullable<View['term']>,
  mention: Pick<Mention, 'text' | 'terms'>,
): boolean =>
  mention.terms.some((one) => one.term === term && one.kind === kind) ||
  (kind === 'word' && wordsOf(mention.text).has(term))

/** ClickHouse expression over `pulso.mentions AS m`: the keys of the terms of the vocabulary and hashtags that it names. */
export const namedKeys = "arrayMap(one -> concat(toString(one.2), '\\x1f', toString(one.1)), m.terms)"

/**
 * ClickHouse expression over `pulso.mentions AS m`: the keys of those of its terms and words that are among arrays of keys
 * and of words.
 */
export const keysAmong = (among: (key: string) => string, words: string): string => `arrayConcat(
    arrayFilter(key -> ${among('key')}, ${namedKeys}),
    arrayMap(word -> concat('word\\x1f', word), arrayFilter(word -> word IN ${words}, m.words)))`

/** The same of the terms of `amongParams`, each once. The same as `holdsTerm`. */
export const askedKeys = `arrayDistinct(${keysAmong((key) => `${key} IN {keys:Array(String)}`, '{keyWords:Array(String)}')})`

export const amongParams = (terms: readonly { readonly term: string; readonly kind: string }[]) => ({
  keys: terms.map(({ term, kind }) => termKey(kind, term)),
  keyWords: terms.flatMap(({ term, kind }) => (kind === 'word' ? [term] : [])),
})

const partOfKey = (part: number) => `splitByChar('\\x1f', {key:String})[${part}]`

/** Condition over `pulso.mentions AS m`: the mention holds the term of `termParams`; every mention where that is null. */
export const mentionHoldsTerm = `({key:String} = '' OR has(m.terms, (${partOfKey(2)}, ${partOfKey(1)}))
    OR has(m.words, {keyWord:String}))`

/** No word is empty. */
export const termParams = (term: { readonly term: string; readonly kind: string } | null) => ({
  key: term === null ? '' : termKey(term.kind, term.term),
  keyWord: term?.kind === 'word' ? term.term : '',
})

/** ClickHouse expression over `pulso.mentions AS m`: what the mention says of the aspect; empty where it says nothing of it. */
export const labelOfAspect = (aspect: string): string =>
  `toString(arrayFirst(one -> toString(one.1) = ${aspect}, m.aspects).2)`
