import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { loadTextAnalyser } from '../../streams/topologies/text-analyser.js'
import { formOf } from '../text/trie.js'
import type { VocabularyFile } from './entry.js'

const read = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(projectPath(`processors/data/${name}.json`), 'utf8'))
const files = ['dishes', 'ingredients', 'brands', 'places'].map((name) => read<VocabularyFile>(name))
const analyser = loadTextAnalyser()
/** A word of every context, each in a sentence of its own. */
const contexts = 'comer. beber. cerveza. yogurt. chocolate. tienda. restaurante. peruano.'

describe('the vocabulary that ships', () => {
  it.each(files)('finds every form of every entry: $kind', ({ kind, entries }) => {
    const lost = entries.flatMap(({ term, also = [] }) =>
      [term, ...also]
        .map((form) => form.charAt(0).toUpperCase() + form.slice(1))
        .filter(
          (form) =>
            !analyser.analyse(`${contexts} ${form}.`).terms.some((found) => found.term === term && found.kind === kind),
        ),
    )
    expect(lost).toEqual([])
  })

  it('finds them in capitals and without accents too', () => {
    const lost = files.flatMap(({ kind, entries }) =>
      entries
        .filter(({ term }) => {
          const shouted = formOf(term).toUpperCase()
          return !analyser
            .analyse(`${contexts} ${shouted}.`)
            .terms.some((found) => found.term === term && found.kind === kind)
        })
        .map(({ term }) => term),
    )
    expect(lost).toEqual([])
  })

  it('knows enough to be of use', () => {
    const sizes = Object.fromEntries(files.map(({ kind, entries }) => [kind, entries.length]))
    expect(sizes.dish).toBeGreaterThan(250)
    expect(sizes.ingredient).toBeGreaterThan(150)
    expect(sizes.brand).toBeGreaterThan(150)
    expect(sizes.place).toBeGreaterThan(200)
  })

  it('gives every place a department that there is', () => {
    const places = files.find(({ kind }) => kind === 'place')?.entries ?? []
    expect(places.filter(({ ubigeo = '' }) => !/^(0[1-9]|1\d|2[0-5])(\d\d){0,2}$/.test(ubigeo))).toEqual([])
    expect(new Set(places.map(({ ubigeo = '' }) => ubigeo.slice(0, 2))).size).toBe(25)
  })
})
