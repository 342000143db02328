import { describe, expect, it } from '@jest/globals'
import { fold } from '../text/fold.js'
import { spellingForm } from './spelling.js'

const formsOf = (words: readonly string[]) => [...new Set(words.map((word) => spellingForm(fold(word))))]

describe('the spellings of a word', () => {
  it.each([
    [['ñandú', 'Ñandu', 'nandu', 'ÑANDUS']],
    [['goool', 'gol', 'GOOOOL', 'goles']],
    [['chikungunya', 'Chikungunyaaa']],
    [['jueves', 'JUEVESSS']],
    [['luz', 'luces']],
    [['pasarela', 'pasarelas']],
    [['decretazo', 'Decretazos']],
  ])('%j are one', (words) => {
    expect(formsOf(words)).toHaveLength(1)
  })

  it.each([[['ola', 'olas']], [['sismo', 'sismico']], [['marcha', 'marchar']]])(
    '%j are not: too short, or another word',
    (words) => {
      expect(formsOf(words)).toHaveLength(2)
    },
  )
})
