import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { projectPath } from '../../streams/project.js'
import type { VocabularyFiles } from './oracle/vocabulary.js'

/** The real posts that every verification starts from. */
export const inputFile = 'samples/news-es.jsonl.gz'

export interface RawPost {
  readonly id: string
  readonly created_at: number
  readonly author: string
  readonly text: string
}

/** The first posts of the file, read without any of the project's own readers. */
export function rawPosts(most: number): readonly RawPost[] {
  const lines = gunzipSync(readFileSync(projectPath(inputFile)))
    .toString('utf8')
    .split('\n')
  return lines
    .filter((line) => line !== '')
    .slice(0, most)
    .map((line) => JSON.parse(line))
}

const data = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(projectPath(`processors/data/${name}.json`), 'utf8'))

/** The vocabulary as data, in the order in which its files count. */
export const vocabularyFiles = (): VocabularyFiles => ({
  entries: ['dishes', 'ingredients', 'brands', 'places'].map((name) => data(name)),
  contexts: data<{ groups: VocabularyFiles['contexts'] }>('contexts').groups,
  ignored: data<{ phrases: readonly string[] }>('ignore').phrases,
  languages: data('languages'),
  common: data<{ words: readonly string[] }>('common-words').words,
})
