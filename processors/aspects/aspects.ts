import { compose, fold } from '../text/fold.js'
import { type Break, breaks, type PlacedWord, placedWords } from './clauses.js'
import { hasOtherAccents, isAcronym, isInHashtag, isJudged, isOfName } from './other-words.js'

/** What ships in processors/data/aspects.json. */
export interface AspectData {
  readonly aspects: readonly {
    readonly aspect: string
    /** By language; a text is looked up in all of them. */
    readonly words: Readonly<Record<string, readonly string[]>>
  }[]
  /** Phrases that hold a word of an aspect and mean something else. */
  readonly ignored: readonly string[]
  /**
   * Words that are said of anything ("espera", "personal"): they name an aspect in a text in which another word does, or
   * beside one of `opinions`: words, or how they begin where a star ends them.
   */
  readonly general: { readonly words: readonly string[]; readonly opinions: readonly string[] }
  /** Words before which a new clause may begin: rather where they say the contrary, else where they only go on. */
  readonly clauseBefore: { readonly contrast: readonly string[]; readonly also: readonly string[] }
}

/** What a text says of one aspect. */
export interface AspectPassage {
  readonly aspect: string
  /** The clauses that speak of it, as they stand; null: the whole text, which speaks of nothing else. */
  readonly passage: string | null
  /** The words and phrases that name it, as they are written, each once, in the order of the text. */
  readonly words: readonly string[]
}

/** A word or phrase that names an aspect. */
interface Named {
  readonly aspect: string
  /** Numbers of its first word, and of the one behind its last. */
  readonly from: number
  readonly until: number
}

const mostWords = 6

/**
 * Finds what a text says of each aspect of eating out. The text is cut between words of different aspects, where most
 * separates them: the end of a sentence, a word as "pero", a comma, a word as "y". Where nothing does, both have the
 * clause. What stands before the first such word and behind the last goes with it. The same text always gives the same.
 */
export class AspectReader {
  readonly #aspects = new Map<string, string | null>()
  /** Of each form of the data, how it is written there, in lower case. */
  readonly #writings = new Map<string, readonly string[]>()
  readonly #order: readonly string[]
  readonly #general: ReadonlySet<string>
  readonly #opinions = new Set<string>()
  readonly #beginnings: string[] = []
  readonly #contrast: ReadonlySet<string>
  readonly #also: ReadonlySet<string>

  /** @param food further phrases that count as food: dishes and ingredients */
  constructor(data: AspectData, food: Iterable<string> = []) {
    for (const phrase of food) this.#aspects.set(formOf(phrase), 'food')
    for (const { aspect, words } of data.aspects)
      for (const phrase of Object.values(words).flat()) {
        const form = formOf(phrase)
        this.#aspects.set(form, aspect)
        this.#writings.set(form, [...(this.#writings.get(form) ?? []), phrase.toLowerCase()])
      }
    for (const phrase of data.ignored) this.#aspects.set(formOf(phrase), null)
    this.#order = data.aspects.map(({ aspect }) => aspect)
    this.#general = new Set(data.general.words.map(formOf))
    for (const opinion of data.general.opinions) {
      if (opinion.endsWith('*')) this.#beginnings.push(formOf(opinion.slice(0, -1)))
      else this.#opinions.add(formOf(opinion))
    }
    this.#contrast = writings(data.clauseBefore.contrast)
    this.#also = writings(data.clauseBefore.also)
  }

  /** The aspects that the text names, in the order of the data. */
  read(given: string): readonly AspectPassage[] {
    const text = compose(given)
    const words = placedWords(text)
    const likely = this.#named(words).filter((one) => this.#isNamed(text, words, one))
    const isGeneral = ({ from, until }: Named) =>
      until - from === 1 && this.#general.has((words[from] as PlacedWord).form)
    const isAlone = likely.every(isGeneral)
    const named = likely.filter((one) => !isAlone || isJudged(words, one.from, (form) => this.#isOpinion(form)))
    const found = new Set(named.map(({ aspect }) => aspect))
    if (found.size === 0) return []
    const passages = found.size === 1 ? null : this.#passages(text, words, named)
    return this.#order.flatMap((aspect) => {
      if (!found.has(aspect)) return []
      const own = named.filter((one) => one.aspect === aspect)
      const written = own.map(({ from, until }) => text.slice(words[from]?.start, words[until - 1]?.end))
      return [{ aspect, passage: passages?.get(aspect)?.join(' ') ?? null, words: [...new Set(written)] }]
    })
  }

  #isOpinion(form: string): boolean {
    return this.#opinions.has(form) || this.#beginnings.some((beginning) => form.startsWith(beginning))
  }

  /**
   * Whether the word is what the data mean, rather than one that folding makes of it: an acronym ("el PAN"), another word
   * ("jugó", "papás"), a part of a name ("la Reserva Federal"), or a hashtag of the news ("#Atención"); food may be one.
   */
  #isNamed(text: string, words: readonly PlacedWord[], { aspect, from, until }: Named): boolean {
    if (until - from > 1) return true
    const word = words[from] as PlacedWord
    const writings = this.#writings.get(word.form)
    return !(
      isAcronym(text, word) ||
      (aspect !== 'food' && isInHashtag(text, word)) ||
      (aspect !== 'food' && isOfName(text, words, from)) ||
      (writings !== undefined && hasOtherAccents(word, writings))
    )
  }

  /** The longest phrase at each word, none within another. */
  #named(words: readonly PlacedWord[]): readonly Named[] {
    const named: Named[] = []
    for (let from = 0; from < words.length; ) {
      const [aspect, until] = this.#longest(words, from)
      if (typeof aspect === 'string') named.push({ aspect, from, until })
      from = until
    }
    return named
  }

  #longest(words: readonly PlacedWord[], from: number): readonly [aspect: string | null | undefined, until: number] {
    let form = ''
    let found: readonly [string | null | undefined, number] = [undefined, from + 1]
    for (let at = from; at < Math.min(words.length, from + mostWords); at++) {
      const word = words[at] as PlacedWord
      if (at > from && word.before > breaks.none) break
      form = at === from ? word.form : `${form} ${word.form}`
      const aspect = this.#aspects.get(form)
      if (aspect !== undefined) found = [aspect, at + 1]
    }
    return found
  }

  /** The clauses of each aspect. */
  #passages(text: string, words: readonly PlacedWord[], named: readonly Named[]): Map<string, readonly string[]> {
    const passages = new Map<string, readonly string[]>()
    let start = 0
    let within: string[] = []
    const close = (end: number) => {
      const clause = text.slice(start, end).trim()
      for (const aspect of new Set(within)) passages.set(aspect, [...(passages.get(aspect) ?? []), clause])
      start = end
      within = []
    }
    for (const [at, { aspect, until }] of named.entries()) {
      within.push(aspect)
      const next = named[at + 1]
      if (next === undefined || next.aspect === aspect) continue
      const cut = this.#cut(words, until, next.from)
      if (cut !== null) close((words[cut] as PlacedWord).start)
    }
    close(text.length)
    return passages
  }

  /** The word from `from` to `until` that most separates from what is before it, of equals the first; null for none. */
  #cut(words: readonly PlacedWord[], from: number, until: number): number | null {
    let cut: number | null = null
    let most: Break = breaks.none
    for (let at = from; at <= until; at++) {
      const separates = this.#breakBefore(words, at)
      if (separates > most) {
        most = separates
        cut = at
      }
    }
    return cut
  }

  #breakBefore(words: readonly PlacedWord[], at: number): Break {
    const { before, written } = words[at] as PlacedWord
    if (before === breaks.sentence) return before
    const two = `${written} ${words[at + 1]?.written ?? ''}`
    if (this.#contrast.has(written) || this.#contrast.has(two)) return breaks.contrast
    if (before === breaks.comma) return before
    return this.#also.has(written) ? breaks.also : breaks.none
  }
}

const formOf = (phrase: string): string =>
  fold(phrase)
    .replaceAll(/['’´`]/g, '')
    .replaceAll('-', ' ')

/** Words as they are written and without their accents, so that "porem" is "porém" but "más" is not "mas". */
const writings = (words: readonly string[]): ReadonlySet<string> => new Set(words.flatMap((word) => [word, fold(word)]))
