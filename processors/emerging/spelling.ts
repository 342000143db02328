/** Letters in a row that are the same: written once or many times, as in "goool". */
const repeated = /(\p{L})\1+/gu

/**
 * What the spellings of a folded word have in common, by which they are counted as one: ñ as n, repeated letters once,
 * without the ending of the Spanish or English plural. It is no word of any language and is not shown.
 * @param folded as `fold` gives it
 */
export function spellingForm(folded: string): string {
  return singular(folded.replaceAll('ñ', 'n').replaceAll(repeated, '$1'))
}

/** The shortest word that an ending is taken from: shorter ones are mostly none. */
const shortest = 5

function singular(word: string): string {
  if (word.length < shortest || !word.endsWith('s')) return word
  if (word.endsWith('ces')) return `${word.slice(0, -3)}z`
  if (/[^aeiou]es$/.test(word)) return word.slice(0, -2)
  return /[aeiou]s$/.test(word) ? word.slice(0, -1) : word
}
