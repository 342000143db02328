import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compose, fold, foldedUnit, isWordSymbol, symbolAt, symbols } from './fold.js'

describe('folding', () => {
  it('drops accents and diaereses, not the tilde of ñ', () => {
    expect(fold('AJÍ de Gallina, Pingüino, MAÑANA')).toBe('aji de gallina, pinguino, mañana')
    expect(fold('año')).not.toBe(fold('ano'))
    expect(fold('São João')).toBe('sao joao')
  })

  it('does not care how accents are encoded', () => {
    expect(fold('aji\u0301 con n\u0303')).toBe('aji con ñ')
  })

  it('keeps the length of the composed text, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fold(text).length).toBe(compose(text).length)
      }),
    )
  })

  it('leaves every unit without case and accents as it is', () => {
    const changed = Array.from({ length: 0x10000 }, (_, unit) => unit).filter((unit) => {
      const text = String.fromCharCode(unit)
      const plain = text.toLowerCase() === text && !/[\u0300-\u036f]/.test(text.normalize('NFD').slice(1))
      return plain !== (foldedUnit(unit) === unit) && !/\p{Surrogate}/u.test(text)
    })
    expect(changed.map((unit) => String.fromCharCode(unit))).toEqual(['ñ'])
  })

  it('is the same when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
  })
})

describe('symbols', () => {
  it('tell words, gaps within phrases and breaks between them apart', () => {
    const symbol = (text: string) => symbolAt(text.charCodeAt(0))
    expect(symbol('Á')).toBe(symbol('a'))
    expect(symbol('ñ')).not.toBe(symbol('n'))
    expect([' ', '-', '\u00a0'].map(symbol)).toEqual([symbols.gap, symbols.gap, symbols.gap])
    expect(['.', ',', '\n', '/', '😀'].map(symbol)).toEqual(Array(5).fill(symbols.break))
    expect(symbol('’')).toBe(symbols.skip)
    expect(['a', '7', 'ж'].map((text) => isWordSymbol(symbol(text)))).toEqual([true, true, true])
  })
})
