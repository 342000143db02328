import type { Mention } from '../../schemas/mention.js'
import { termKey, type View } from './view.js'

// A mention names the terms of the vocabulary and its hashtags. Emerging words are found later, by counting: they stand
// in trends alone, folded, and the mentions that say them are found by their texts.

const accented = 'áàâäãåéèêëíìîïóòôöõúùûüýÿç'
const plain = 'aaaaaaeeeeiiiiooooouuuuyyc'
const outsideWords = 'https?://\\S+|www\\.\\S+|[@#][\\p{L}\\p{N}\\p{M}_]+'

const outside = new RegExp(outsideWords, 'giu')
const folding = new Map([...accented].map((letter, index) => [letter, plain[index] ?? letter]))

/** The words of a text in lower case and without accents, the tilde of ñ kept: as emerging words are written. */
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

/**
 * ClickHouse expression over `pulso.mentions AS m`: the keys of all terms that a mention holds, words included where
 * the boolean expression asks for them. The same as `holdsTerm`.
 */
export const termKeysWhere = (words: string): string => `arrayConcat(
    arrayMap(one -> concat(toString(one.2), '\\x1f', toString(one.1)), m.terms),
    if(${words}, arrayMap(word -> concat('word\\x1f', word), arrayDistinct(extractAll(
      translateUTF8(replaceRegexpAll(lowerUTF8(normalizeUTF8NFC(m.text)), '${outsideWords.replaceAll('\\', '\\\\')}', ' '), '${accented}', '${plain}'),
      '[\\\\p{L}\\\\p{M}]+'))), []))`

/** The same, with words where the parameter `words` asks for them. */
export const termKeysOfMention = termKeysWhere('{words:Bool}')

/** Condition over `pulso.mentions AS m`: the mention holds the term of `termParams`; every mention where that is null. */
export const mentionHoldsTerm = `({key:String} = '' OR has(${termKeysOfMention}, {key:String}))`

export const termParams = (term: { readonly term: string; readonly kind: string } | null) => ({
  key: term === null ? '' : termKey(term.kind, term.term),
  words: term?.kind === 'word',
})

/** ClickHouse expression over `pulso.mentions AS m`: what the mention says of the aspect; empty where it says nothing of it. */
export const labelOfAspect = (aspect: string): string =>
  `toString(arrayFirst(one -> toString(one.1) = ${aspect}, m.aspects).2)`
