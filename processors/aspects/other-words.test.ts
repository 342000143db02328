import { describe, expect, it } from '@jest/globals'
import { aspectPassages } from '../../streams/topologies/aspect-passages.js'

const aspectsOf = (text: string): readonly string[] => aspectPassages(text).map(({ aspect }) => aspect)

describe('no aspect is named by', () => {
  it.each([
    ['an acronym', 'Los senadores del PAN, PRI y PRD piden excusar a la ministra'],
    ['a word with an accent of its own', 'Jiang Qing jugó un papel clave, y sus papás también'],
    ['a part of a name', 'Suben las tasas, dijo la Reserva Federal, y también el Servicio Geológico de Chile'],
    ['a hashtag of the news', '#Atención | Tras faltar a la mañanera por un catarro'],
    ['water in which nothing is drunk', 'Un auto cayó al agua del río y sus ocupantes nadaron'],
    ['a word that is said of anything', 'El personal de la mina y los trabajadores esperan una reserva de la empresa'],
    ['what is hoped for, and what strikes', 'Se espera nieve; llama la atención el frío, al servicio de nadie'],
  ])('%s', (_, text) => {
    expect(aspectsOf(text)).toEqual([])
  })
})

describe('an aspect is named still', () => {
  it.each([
    ['in small letters', 'El pan estaba duro', ['food']],
    ['in a text that shouts', 'EL PAN ESTABA DURO', ['food']],
    ['without its accents', 'La atencion fue pesima y el menu malo', ['service', 'menu']],
    ['by a dish with capitals', 'Pedimos el Lomo Saltado y el Ají de Gallina', ['food']],
    ['by a hashtag of food', 'Hoy toca #pizza con amigos', ['food']],
    ['by a drink', 'Cobran caro la botella de agua', ['food', 'price']],
    ['by a word that is said of anything, beside an opinion', 'El personal es muy amable', ['service']],
    ['by such a word beside another', 'El ceviche llegó frío, y el personal ni miró', ['food', 'service']],
    ['at the beginning of a sentence', 'Volveré. Atención Excelente', ['service']],
  ])('%s', (_, text, expected) => {
    expect([...aspectsOf(text)].sort()).toEqual([...expected].sort())
  })
})
