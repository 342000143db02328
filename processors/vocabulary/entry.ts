import type { Term, TermKind } from '../../schemas/mention.js'

/** One thing that people talk about, as the data files hold it. */
export interface VocabularyEntry {
  /** Canonical form, as it is shown. */
  readonly term: string
  /** Other spellings and names. Accents, case, hyphens, apostrophes and regular plurals need no entry. */
  readonly also?: readonly string[]
  /** What must hold where the form is ambiguous: `capitalised`, or the name of a context group. All of them must. */
  readonly needs?: readonly string[]
  /** Of a place: INEI's code of the department, province or district. */
  readonly ubigeo?: string
}

export interface VocabularyFile {
  readonly kind: TermKind
  /** Whether plurals of the forms are forms too. */
  readonly plurals: boolean
  readonly entries: readonly VocabularyEntry[]
}

/** A context: one of the words anywhere in the text, or a term of one of the kinds that needs no context itself. */
export interface ContextGroup {
  readonly name: string
  readonly kinds: readonly TermKind[]
  readonly words: readonly string[]
}

export interface VocabularyData {
  readonly files: readonly VocabularyFile[]
  readonly groups: readonly ContextGroup[]
  /** Phrases that hold a form and mean something else. */
  readonly ignore: readonly string[]
}

/** An entry, ready for matching. */
export interface Entry {
  /** Null for a phrase that is to be ignored. */
  readonly term: Term | null
  readonly capitalised: boolean
  /** Bits of the context groups that must all be met. */
  readonly groups: number
  /** Department, 2 digits, of a place. */
  readonly department: string | null
}
