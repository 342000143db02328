import { describe, expect, it } from '@jest/globals'
import { loadTextAnalyser } from '../streams/topologies/text-analyser.js'

const analyser = loadTextAnalyser()
const termsOf = (text: string) => analyser.analyse(text).terms.map(({ term }) => term)
const regionOf = (text: string) => analyser.analyse(text).region

describe('terms of the vocabulary', () => {
  it('are found whatever the accents, case, spelling and number', () => {
    for (const text of ['Ceviche', 'un CEBICHE', 'seviches ricos', 'cebiche.', '¿ceviche?']) {
      expect(termsOf(text)).toEqual(['ceviche'])
    }
    expect(termsOf('ajies de gallina y aji\u0301 de gallina')).toEqual(['ají de gallina'])
    expect(termsOf('papas rellenas')).toEqual(['papa rellena'])
    expect(termsOf('Norky’s, norkys y NORKY´S')).toEqual(["Norky's"])
  })

  it('keep ñ apart from n', () => {
    expect(termsOf('comer piña')).toEqual(['piña'])
    expect(termsOf('comer pina')).toEqual([])
  })

  it('are whole words', () => {
    expect(termsOf('pollotón, repollo, macachofa, tamales2')).toEqual([])
  })

  it('are the longest at their place', () => {
    expect(termsOf('arroz con pollo')).toEqual(['arroz con pollo'])
    expect(termsOf('arroz con leche')).toEqual(['arroz con leche'])
    expect(termsOf('arroz, pollo')).toEqual(['arroz', 'pollo'])
    expect(termsOf('papa a la huancaína')).toEqual(['papa a la huancaína'])
  })

  it('run over spaces and hyphens, not over punctuation or lines', () => {
    expect(termsOf('pollo-a-la-brasa')).toEqual(['pollo a la brasa'])
    expect(termsOf('lomo   saltado')).toEqual(['lomo saltado'])
    expect(termsOf('lomo. Saltado')).toEqual([])
    expect(termsOf('lomo\nsaltado')).toEqual([])
  })

  it('run over apostrophes, also ones that stand alone', () => {
    expect(termsOf("ají ' de ' gallina")).toEqual(['ají de gallina'])
    expect(termsOf("lomo 'saltado'")).toEqual(['lomo saltado'])
  })

  it('are given once', () => {
    expect(termsOf('pisco, pisco y más pisco')).toEqual(['pisco'])
  })
})

describe('ambiguous terms', () => {
  it('need their context', () => {
    expect(termsOf('La causa de la protesta')).toEqual([])
    expect(termsOf('Causa: exceso de velocidad')).toEqual([])
    expect(termsOf('Una rica Causa de almuerzo')).toEqual(['causa'])
    expect(termsOf('el papa Francisco')).toEqual([])
    expect(termsOf('sembraron papa en su cosecha')).toEqual(['papa'])
    expect(termsOf('Vino al estadio')).toEqual([])
    expect(termsOf('una copa de vino tinto')).toEqual(['vino'])
  })

  it('may need a capital letter', () => {
    expect(termsOf('Leche de Gloria')).toEqual(['leche', 'Gloria'])
    expect(termsOf('qué gloria de leche')).toEqual(['leche'])
    expect(termsOf('compré en Metro')).toEqual(['Metro'])
    expect(termsOf('un metro de tela, compré')).toEqual([])
  })

  it('have their context from another term of the right kind', () => {
    expect(termsOf('papa y choclo')).toEqual(['papa', 'choclo'])
  })
})

describe('hashtags', () => {
  it('are terms, folded', () => {
    expect(termsOf('#ÚltimaHora')).toEqual(['#ultimahora'])
    expect(termsOf('#AÑO #1 #')).toEqual(['#año'])
  })

  it('give the vocabulary within them too', () => {
    expect(termsOf('#LomoSaltado')).toEqual(['#lomosaltado', 'lomo saltado'])
    expect(termsOf('#lomosaltado')).toEqual(['#lomosaltado', 'lomo saltado'])
    expect(termsOf('#AmoElCeviche2024')).toEqual(['#amoelceviche2024', 'ceviche'])
    expect(termsOf('#pollo_a_la_brasa')).toEqual(['#pollo_a_la_brasa', 'pollo a la brasa'])
  })

  it('stand in the middle of a sentence', () => {
    expect(termsOf('Hoy: #ceviche, con #IncaKola!')).toEqual(['#ceviche', 'ceviche', '#incakola', 'Inca Kola'])
  })
})

describe('what is no text', () => {
  it('gives no terms: addresses and names of users', () => {
    expect(termsOf('https://x.pe/ceviche www.ceviche.pe @ceviche')).toEqual([])
    expect(termsOf('')).toEqual([])
  })

  it('cannot flood: 32 terms count', () => {
    expect(termsOf(Array.from({ length: 100 }, (_, index) => `#tag${index}x`).join(' '))).toHaveLength(32)
  })
})

describe('the region of a text', () => {
  it('is the department of the places it names', () => {
    expect(regionOf('Festival en Arequipa')).toBe('04')
    expect(regionOf('en Cuzco, Machu Picchu')).toBe('08')
    expect(regionOf('#Piura')).toBe('20')
  })

  it('is not told when they contradict each other', () => {
    expect(regionOf('de Lima a Cusco')).toBeNull()
  })

  it('is not told by names that mean something else', () => {
    expect(regionOf('La Libertad de expresión')).toBeNull()
    expect(regionOf('¡Madre de Dios!')).toBeNull()
    expect(regionOf('San Martín texmelucan, Unión y Progreso')).toBeNull()
    expect(regionOf('jugo de lima')).toBeNull()
    expect(regionOf('en la avenida Arequipa')).toBeNull()
    expect(regionOf('Trujillo, La Libertad, Perú')).toBe('13')
  })
})

describe('the language of a text', () => {
  const languageOf = (text: string) => analyser.analyse(text).language

  it('is told by its words', () => {
    expect(languageOf('Hoy cociné con mi mamá y quedó muy rico')).toBe('es')
    expect(languageOf('I cooked with my mother today and it was great')).toBe('en')
    expect(languageOf('Hoje eu cozinhei com a minha mãe e ficou muito bom')).toBe('pt')
  })

  it('is not told of a text in another language', () => {
    const others = [
      ['Quechua', 'Llapa runakunam qispisqa paqarinku, allin kawsaypa hatun kayninpi'],
      ['Aymara', 'Taqpach jaqejh khuskat uraqir purta, jaqejh luräwipan chiqaparu uñjatäñapa'],
      ['Dutch', 'Ik ga morgen naar de markt om groenten te kopen'],
      ['German', 'Ich habe heute keine Lust mehr, in den Laden zu gehen'],
      ['Indonesian', 'Saya tidak suka pelayanan di tempat ini'],
      ['Turkish', 'Bugün hava çok güzel ve yemek harikaydı'],
      ['Japanese', '今日はとても美味しかったです'],
    ]
    expect(others.map(([name, text = '']) => [name, languageOf(text)])).toEqual(others.map(([name]) => [name, null]))
  })

  it('does not hang on numbers', () => {
    expect(languageOf('Hoy cociné con mi mamá: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16')).toBe('es')
  })

  it('is null when it cannot be told', () => {
    expect(languageOf('Ceviche 😍')).toBeNull()
    expect(languageOf('')).toBeNull()
  })
})

describe('analysing', () => {
  it('does not remember the text before', () => {
    const before = analyser.analyse('Comer causa en Lima')
    analyser.analyse('Cusco, almuerzo')
    expect(analyser.analyse('Comer causa en Lima')).toEqual(before)
    expect(termsOf('causa')).toEqual([])
  })
})
