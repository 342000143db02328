import { readFileSync } from 'node:fs'
import { compileLanguages, type LanguageData } from '../processors/language.js'
import { TextAnalyser } from '../processors/text-analysis.js'
import type { ContextGroup, VocabularyFile } from '../processors/vocabulary/entry.js'
import { compileVocabulary } from '../processors/vocabulary/vocabulary.js'
import { projectPath } from './project.js'

/**
 * Reads the vocabulary and the words of the languages that ship with the project.
 * @throws Error when the data contradicts itself; a test keeps what ships free of that.
 */
export function loadTextAnalyser(): TextAnalyser {
  const languages = data<LanguageData>('languages')
  const vocabulary = compileVocabulary(
    {
      files: ['dishes', 'ingredients', 'brands', 'places'].map((name) => data<VocabularyFile>(name)),
      groups: data<{ groups: readonly ContextGroup[] }>('contexts').groups,
      ignore: data<{ phrases: readonly string[] }>('ignore').phrases,
    },
    Object.keys(languages.words),
  )
  return new TextAnalyser(vocabulary, compileLanguages(languages, vocabulary))
}

/** The files are part of the program: their shape is checked by compiling them, and by tests. */
const data = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(projectPath(`processors/data/${name}.json`), 'utf8'))
