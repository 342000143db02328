import { fold, partOf } from './characters.js'

export type Kind = 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag'

/** The data files of the vocabulary, parsed. */
export interface VocabularyFiles {
  readonly entries: readonly {
    readonly kind: string
    readonly plurals: boolean
    readonly entries: readonly {
      readonly term: string
      readonly also?: readonly string[]
      readonly needs?: readonly string[]
      readonly ubigeo?: string
    }[]
  }[]
  readonly contexts: readonly {
    readonly name: string
    readonly kinds: readonly string[]
    readonly words: readonly string[]
  }[]
  readonly ignored: readonly string[]
  readonly languages: {
    readonly languages: readonly string[]
    readonly words: Readonly<Record<string, readonly number[]>>
  }
  readonly common: readonly string[]
}

/** What a form stands for; an ignored phrase has no term. */
export interface Entry {
  readonly term: string | null
  readonly kind: Kind
  readonly capital: boolean
  readonly contexts: readonly string[]
  readonly department: string | null
}

export interface Vocabulary {
  readonly forms: ReadonlyMap<string, Entry>
  /** Forms without their spaces, those of ignored phrases left out. */
  readonly joined: ReadonlyMap<string, Entry>
  readonly mostWords: number
  /** Contexts that a word meets. */
  readonly contextsOfWord: ReadonlyMap<string, readonly string[]>
  /** Contexts that a match of a kind meets. */
  readonly contextsOfKind: ReadonlyMap<string, readonly string[]>
  readonly languages: readonly string[]
  readonly weights: ReadonlyMap<string, readonly number[]>
  /** Words that are never news. */
  readonly known: ReadonlySet<string>
}

/** A phrase as it is looked up: folded words with one space between them, without apostrophes. */
export function formOf(phrase: string): string {
  let form = ''
  for (const unit of phrase.normalize('NFC')) {
    const part = partOf(unit)
    if (part === 'gap') form += ' '
    else if (part === 'word') form += fold(unit)
  }
  return form.split(' ').filter(Boolean).join(' ')
}

const joining = ['a', 'al', 'ala', 'con', 'de', 'del', 'en', 'la', 'lo', 'los', 'las', 'sin', 'y']

/** The plural of a form: docs/consumer-trends.md, "Terms". */
export function pluralOf(form: string): string {
  let before = true
  return form
    .split(' ')
    .map((word) => {
      if (joining.includes(word)) before = false
      if (!before || /[sx0-9]$/.test(word)) return word
      if (word.endsWith('z')) return word.replace(/z$/, 'ces')
      return /[aeou]$/.test(word) ? `${word}s` : `${word}es`
    })
    .join(' ')
}

const group = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}

export function vocabularyFrom(files: VocabularyFiles): Vocabulary {
  const forms = new Map<string, Entry>()
  const plurals: [string, Entry][] = []
  const phrases: string[] = []
  for (const { kind, plurals: inflected, entries } of files.entries) {
    for (const { term, also = [], needs = [], ubigeo } of entries) {
      const entry: Entry = {
        term,
        kind: kind as Kind,
        capital: needs.includes('capitalised'),
        contexts: needs.filter((need) => need !== 'capitalised'),
        department: ubigeo === undefined ? null : ubigeo.slice(0, 2),
      }
      for (const form of [term, ...also].map(formOf)) {
        phrases.push(form)
        forms.set(form, entry)
        if (inflected) plurals.push([pluralOf(form), entry])
      }
    }
  }
  const ignored: Entry = { term: null, kind: 'dish', capital: false, contexts: [], department: null }
  for (const phrase of files.ignored) {
    phrases.push(formOf(phrase))
    forms.set(formOf(phrase), ignored)
  }
  for (const [form, entry] of plurals) if (!forms.has(form)) forms.set(form, entry)

  const words = files.contexts.flatMap(({ name, words: given }) => given.map((word) => [formOf(word), name] as const))
  const kinds = files.contexts.flatMap(({ name, kinds: given }) => given.map((kind) => [kind, name] as const))
  return {
    forms,
    joined: new Map(
      [...forms].filter(([, { term }]) => term !== null).map(([form, entry]) => [form.replaceAll(' ', ''), entry]),
    ),
    mostWords: Math.max(...[...forms.keys()].map((form) => form.split(' ').length)),
    contextsOfWord: group(words),
    contextsOfKind: group(kinds),
    languages: files.languages.languages,
    weights: new Map(Object.entries(files.languages.words)),
    known: new Set([
      ...Object.keys(files.languages.words),
      ...files.common,
      ...[...phrases, ...words.map(([word]) => word)].flatMap((phrase) => phrase.split(' ')),
    ]),
  }
}
