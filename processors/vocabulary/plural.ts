const prepositions = new Set(['a', 'al', 'ala', 'con', 'de', 'del', 'en', 'la', 'lo', 'los', 'las', 'sin', 'y'])

/**
 * The Spanish plural of a folded phrase: of the words before the first preposition, which are the noun and what agrees
 * with it. "papa rellena" becomes "papas rellenas", "aji de gallina" becomes "ajies de gallina".
 */
export function pluralOf(form: string): string {
  const words = form.split(' ')
  const found = words.findIndex((word) => prepositions.has(word))
  const last = found === -1 ? words.length : found
  return words.map((word, index) => (index < last ? pluralWord(word) : word)).join(' ')
}

function pluralWord(word: string): string {
  if (/[sx]$|\d$/.test(word)) return word
  if (word.endsWith('z')) return `${word.slice(0, -1)}ces`
  if (/[aeou]$/.test(word)) return `${word}s`
  // Nouns in a stressed i take -es (ajies); folded, the stress cannot be seen, and the unstressed ones are rare.
  return `${word}es`
}
