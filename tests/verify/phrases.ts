import type { VocabularyFiles } from './oracle/vocabulary.js'
import type { Random } from './random.js'

/** Writes of the vocabulary as people do: in capitals, without accents or with loose ones, plural, run together. */
export class Phrases {
  readonly #phrases: readonly string[]
  readonly #contexts: readonly string[]

  constructor(vocabulary: VocabularyFiles) {
    this.#phrases = [
      ...vocabulary.entries.flatMap(({ entries }) => entries.flatMap(({ term, also = [] }) => [term, ...also])),
      ...vocabulary.ignored,
    ]
    this.#contexts = vocabulary.contexts.flatMap(({ words }) => words)
  }

  /** The text with phrases of the vocabulary in it, written one way or another. */
  plantedIn(text: string, chance: Random): string {
    const written = Array.from({ length: chance.between(1, 4) }, () => {
      const phrase = chance.perMille(250) ? chance.pick(this.#contexts) : chance.pick(this.#phrases)
      return chance.pick(writings)(phrase, chance)
    })
    const separator = chance.pick([' ', ' ', ', ', '\n', ' - ', " ' ", ' @alguien ', ' www.ejemplo.pe ', ' 🍋 '])
    const planted = written.join(separator)
    return chance.perMille(500) ? `${planted} ${text}` : `${text} ${planted}`
  }
}

const bare = (text: string): string => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')

const writings: readonly ((phrase: string, chance: Random) => string)[] = [
  (phrase) => phrase,
  (phrase) => phrase.toLowerCase(),
  (phrase) => phrase.toUpperCase(),
  bare,
  (phrase) => phrase.normalize('NFD'),
  (phrase) => `${phrase}s`,
  (phrase) => `${phrase}es`,
  (phrase) => phrase.replaceAll(' ', '-'),
  (phrase) => phrase.replaceAll(' ', '  '),
  (phrase) => phrase.replaceAll(' ', ' ’'),
  (phrase) => phrase.replaceAll(' ', " ' "),
  (phrase, chance) => `${phrase.slice(0, chance.between(1, phrase.length))}'${phrase.slice(-2)}`,
  (phrase) => `#${phrase.replace(/(^| )(.)/g, (_, __, first: string) => first.toUpperCase()).replaceAll(/[ '-]/g, '')}`,
  (phrase) => `#${phrase.replaceAll(/[ '-]/g, '').toLowerCase()}`,
  (phrase, chance) => `#${phrase.replaceAll(/[ '-]/g, '_')}${chance.between(1, 2024)}`,
  (phrase) => `#${phrase.replaceAll(/[ '-]/g, '').toUpperCase()}Perú`,
]
