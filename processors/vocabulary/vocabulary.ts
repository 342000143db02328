import type { TermKind } from '../../schemas/mention.js'
import { formOf, type Trie, TrieBuilder } from '../text/trie.js'
import type { Entry, VocabularyData } from './entry.js'
import { pluralOf } from './plural.js'

/** The vocabulary in the form in which texts are matched. */
export interface Vocabulary {
  readonly trie: Trie
  /** Entry that ends at a node of the tree, as an index into `entries`; 0 is none. */
  readonly entryAt: Uint16Array
  /** Bits of the context groups of which the word that ends at a node is one. */
  readonly groupsAt: Uint8Array
  readonly entries: readonly Entry[]
  /** Entry whose form without spaces this is: for hashtags that run words together. */
  readonly joined: ReadonlyMap<string, number>
  /** Bits of the context groups that a term of the kind meets. */
  readonly groupsOfKind: ReadonlyMap<TermKind, number>
  /** The words of the tree, node by node, for what else is known about them. */
  readonly nodeOf: (form: string) => number
}

/**
 * @param words further folded words that shall have a node in the tree.
 * @throws Error when two entries have the same form, or one needs a context that is not there: the data is wrong.
 */
export function compileVocabulary(data: VocabularyData, words: Iterable<string> = []): Vocabulary {
  const builder = new TrieBuilder()
  const bits = new Map(data.groups.map((group, index) => [group.name, 1 << index]))
  if (bits.size > 8) throw new Error(`${bits.size} context groups are more than the 8 that fit`)
  const entries: Entry[] = [{ term: null, capitalised: false, groups: 0, department: null }]
  const forms = new Map<string, number>()
  const generated: (readonly [form: string, index: number])[] = []

  const claim = (form: string, index: number, name: string) => {
    const other = forms.get(form)
    if (other !== undefined && other !== index) {
      throw new Error(`"${form}" is a form of "${name}" and of "${entries[other]?.term?.term ?? 'an ignored phrase'}"`)
    }
    forms.set(form, index)
  }

  for (const { kind, plurals, entries: given } of data.files) {
    for (const { term, also = [], needs = [], ubigeo } of given) {
      const groups = needs.filter((need) => need !== 'capitalised')
      const unknown = groups.find((name) => !bits.has(name))
      if (unknown !== undefined) throw new Error(`"${term}" needs the context "${unknown}", which is not described`)
      const index =
        entries.push({
          term: Object.freeze({ term, kind }),
          capitalised: needs.includes('capitalised'),
          groups: groups.reduce((sum, name) => sum | (bits.get(name) ?? 0), 0),
          department: ubigeo?.slice(0, 2) ?? null,
        }) - 1
      for (const form of [term, ...also].map(formOf)) {
        claim(form, index, term)
        if (plurals) generated.push([pluralOf(form), index])
      }
    }
  }
  const ignored = entries.push({ term: null, capitalised: false, groups: 0, department: null }) - 1
  for (const phrase of data.ignore) claim(formOf(phrase), ignored, phrase)
  for (const [form, index] of generated) if (!forms.has(form)) forms.set(form, index)

  const nodes = new Map([...forms].map(([form, index]) => [builder.add(form), index]))
  const contextWords = data.groups.flatMap(({ name, words: list }) =>
    list.map((word) => [word, bits.get(name) ?? 0] as const),
  )
  const contextNodes = contextWords.map(([word, bit]) => [builder.add(formOf(word)), bit] as const)
  for (const word of words) builder.add(word)

  const trie = builder.build()
  const entryAt = new Uint16Array(trie.size)
  for (const [node, index] of nodes) entryAt[node] = index
  const groupsAt = new Uint8Array(trie.size)
  for (const [node, bit] of contextNodes) groupsAt[node] = (groupsAt[node] ?? 0) | bit

  return {
    trie,
    entryAt,
    groupsAt,
    entries,
    joined: new Map(
      [...forms].filter(([, index]) => index !== ignored).map(([form, index]) => [form.replaceAll(' ', ''), index]),
    ),
    groupsOfKind: groupsOfKinds(data, bits),
    nodeOf: (form) => builder.add(form),
  }
}

function groupsOfKinds(data: VocabularyData, bits: ReadonlyMap<string, number>): ReadonlyMap<TermKind, number> {
  const met = new Map<TermKind, number>()
  for (const { name, kinds } of data.groups) {
    for (const kind of kinds) met.set(kind, (met.get(kind) ?? 0) | (bits.get(name) ?? 0))
  }
  return met
}
