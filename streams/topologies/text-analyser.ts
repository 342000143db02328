import { readFileSync } from 'node:fs'
import type { KnownWords } from '../../processors/emerging/candidates.js'
import { compileLanguages, type LanguageData } from '../../processors/language.js'
import { formOf } from '../../processors/text/trie.js'
import { WordSet } from '../../processors/text/word-set.js'
import { TextAnalyser, type TextAnalysis } from '../../processors/text-analysis.js'
import type { ContextGroup, VocabularyData, VocabularyFile } from '../../processors/vocabulary/entry.js'
import { compileVocabulary } from '../../processors/vocabulary/vocabulary.js'
import { projectPath } from '../project.js'

/** What ships in processors/data. Read when the first text comes: printing a topology needs none of it. */
interface Shipped {
  readonly vocabulary: VocabularyData
  readonly languages: LanguageData
}

/**
 * Compiles the vocabulary and the words of the languages that ship with the project.
 * @throws Error when the data contradicts itself; a test keeps what ships free of that
 */
export function loadTextAnalyser(): TextAnalyser {
  const { vocabulary, languages } = readShipped()
  const compiled = compileVocabulary(vocabulary, Object.keys(languages.words))
  return new TextAnalyser(compiled, compileLanguages(languages, compiled))
}

let analyser: TextAnalyser | null = null

/** Reads a text with what ships. */
export function analyse(text: string): TextAnalysis {
  analyser ??= loadTextAnalyser()
  return analyser.analyse(text)
}

let common: WordSet | null = null

let words: KnownWords | null = null

/** The same, and words that say nothing of their own beside another. */
export function knownWords(): KnownWords {
  words ??= {
    common: commonWords(),
    functional: new WordSet(data<{ words: readonly string[] }>('function-words').words),
  }
  return words
}

/** The folded words of everyday language and of the vocabulary. */
export function commonWords(): WordSet {
  common ??= new WordSet(shippedWords())
  return common
}

function* shippedWords(): Iterable<string> {
  const { vocabulary, languages } = readShipped()
  const phrases = vocabulary.files.flatMap(({ entries }) => entries.flatMap(({ term, also = [] }) => [term, ...also]))
  const contexts = vocabulary.groups.flatMap((group) => group.words)
  yield* Object.keys(languages.words)
  yield* data<{ words: readonly string[] }>('common-words').words
  for (const phrase of [...phrases, ...vocabulary.ignore, ...contexts]) yield* formOf(phrase).split(' ')
}

function readShipped(): Shipped {
  return {
    vocabulary: {
      files: ['dishes', 'ingredients', 'brands', 'places'].map((name) => data<VocabularyFile>(name)),
      groups: data<{ groups: readonly ContextGroup[] }>('contexts').groups,
      ignore: data<{ phrases: readonly string[] }>('ignore').phrases,
    },
    languages: data<LanguageData>('languages'),
  }
}

/** The files are part of the program: compiling them checks them, and a test compiles what ships. */
const data = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(projectPath(`processors/data/${name}.json`), 'utf8'))
