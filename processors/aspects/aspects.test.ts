import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { aspectPassages } from '../../streams/topologies/aspect-passages.js'
import { AspectReader } from './aspects.js'

const read = (text: string): Readonly<Record<string, string | null>> =>
  Object.fromEntries(aspectPassages(text).map(({ aspect, passage }) => [aspect, passage]))

describe('what a text says of aspects', () => {
  it('is cut before words that say the contrary, in each language', () => {
    expect(read('El ceviche estuvo buenazo 🔥 pero la atención pésima')).toEqual({
      food: 'El ceviche estuvo buenazo 🔥',
      service: 'pero la atención pésima',
    })
    expect(read('The food was great although the waiter was rude')).toEqual({
      food: 'The food was great',
      service: 'although the waiter was rude',
    })
    expect(read('A comida é ótima, mas o atendimento péssimo')).toEqual({
      food: 'A comida é ótima,',
      service: 'mas o atendimento péssimo',
    })
  })

  it('is the whole text where it names one aspect, however often', () => {
    expect(read('Qué ceviche, y qué postres. Volveré')).toEqual({ food: null })
    expect(read('Nos vemos mañana')).toEqual({})
  })

  it('is cut where most separates: at the end of a sentence before a comma, at a comma before "y"', () => {
    expect(read('Rica la comida y el pan, lindo. Los precios altos')).toEqual({
      food: 'Rica la comida y el pan, lindo.',
      price: 'Los precios altos',
    })
    expect(read('La comida fría y tarde, el mozo y su jefe ausentes')).toEqual({
      food: 'La comida fría y tarde,',
      service: 'el mozo y su jefe ausentes',
    })
    expect(read('Comida rica y precios altos')).toEqual({ food: 'Comida rica', price: 'y precios altos' })
  })

  it('is one clause for both where nothing separates them, and all clauses of an aspect together', () => {
    expect(read('precios de la comida altos')).toEqual({
      food: 'precios de la comida altos',
      price: 'precios de la comida altos',
    })
    expect(read('La comida rica. El mozo no. Los postres mejor')).toEqual({
      food: 'La comida rica. Los postres mejor',
      service: 'El mozo no.',
    })
  })

  it('is found without accents, in capitals and in decomposed letters, but not in other words', () => {
    expect(read('LA ATENCION MALA')).toEqual({ service: null })
    expect(read('la atencio\u0301n mala')).toEqual({ service: null })
    expect(read('cardapio grande')).toEqual({ menu: null })
    // "más" is no "mas"
    expect(read('la comida más rica precio bajo')).toEqual({
      food: 'la comida más rica precio bajo',
      price: 'la comida más rica precio bajo',
    })
    expect(read('caramba, serviciales')).toEqual({})
  })

  it('leaves addresses, names of users and phrases that mean something else aside', () => {
    expect(read('https://menu.example/precio @comida')).toEqual({})
    expect(read('una carta abierta en primer lugar')).toEqual({})
    expect(read('la cena costó 3.50, la moza 10')).toEqual({
      food: 'la cena costó 3.50,',
      price: 'la cena costó 3.50,',
      service: 'la moza 10',
    })
  })

  it('leaves out no word and adds none, whatever the text is', () => {
    const words = fc.constantFrom(
      'comida',
      'precio',
      'mozo',
      'carta',
      'local',
      'pero',
      'y',
      ', ',
      '. ',
      'rico',
      '🔥',
      '3.5',
    )
    const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 10 }), (drawn, other) => {
        const text = `${drawn.join(' ')}${other}`
        const found = aspectPassages(text)
        if (found.length < 2) {
          expect(found.every(({ passage }) => passage === null)).toBe(true)
          return
        }
        const passages = found.map(({ passage }) => (passage ?? text).normalize('NFC'))
        for (const passage of passages) {
          const left = [...wordsOf(text.normalize('NFC'))]
          for (const word of wordsOf(passage)) expect(left.splice(0, left.indexOf(word) + 1)).toContain(word)
        }
        const said = new Set(passages.flatMap(wordsOf))
        expect(wordsOf(text.normalize('NFC')).filter((word) => !said.has(word))).toEqual([])
      }),
    )
  })

  it('takes an accent or none as the data has it, never one that it has not', () => {
    const reader = new AspectReader({
      aspects: [
        { aspect: 'a', words: { x: ['uno'] } },
        { aspect: 'b', words: { x: ['dos'] } },
      ],
      ignored: [],
      general: { words: [], opinions: [] },
      clauseBefore: { contrast: ['porém', 'mas'], also: [] },
    })
    const cut = (between: string) => reader.read(`uno ${between} dos`).map(({ passage }) => passage)
    expect(cut('porém')).toEqual(['uno', 'porém dos'])
    expect(cut('porem')).toEqual(['uno', 'porem dos'])
    expect(cut('MAS')).toEqual(['uno', 'MAS dos'])
    expect(cut('más')).toEqual(['uno más dos', 'uno más dos'])
  })
})
