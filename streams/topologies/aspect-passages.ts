import { readFileSync } from 'node:fs'
import { type AspectData, type AspectPassage, AspectReader } from '../../processors/aspects/aspects.js'
import { formOf } from '../../processors/text/trie.js'
import type { VocabularyFile } from '../../processors/vocabulary/entry.js'
import { pluralOf } from '../../processors/vocabulary/plural.js'
import { projectPath } from '../project.js'

const data = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(projectPath(`processors/data/${name}.json`), 'utf8'))

/** Dishes and ingredients of the vocabulary that need no context, with their plurals. */
function* shippedFood(): Iterable<string> {
  for (const { plurals, entries } of ['dishes', 'ingredients'].map((name) => data<VocabularyFile>(name))) {
    for (const { term, also = [], needs = [] } of entries) {
      if (needs.length > 0) continue
      for (const form of [term, ...also].map(formOf)) {
        yield form
        if (plurals) yield pluralOf(form)
      }
    }
  }
}

let reader: AspectReader | null = null

/** What a text says of each aspect of eating out, by what ships. */
export function aspectPassages(text: string): readonly AspectPassage[] {
  reader ??= new AspectReader(data<AspectData>('aspects'), shippedFood())
  return reader.read(text)
}
