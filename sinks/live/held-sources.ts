import type { Hearing } from '../../schemas/known-past.js'
import { type Counts, noCounts } from '../../schemas/metrics.js'
import type { Cube, TermSeries } from './cube.js'
import type { Cubes } from './cubes.js'
import { type BoardFilter, wordAlone } from './filter.js'
import { type ComparedSources, comparedOf, type TwoPeriods, withSources } from './heard-sources.js'
import type { History } from './history.js'
import { layouts, precedingOf, type Range, termKey, type View } from './view.js'

/** Milliseconds for which an answer is good: sources begin and fall silent seldom. */
const heardEvery = 60_000

/** What of a board is held against the preceding span. */
export interface HeldSources extends ComparedSources {
  /** What the sources said that are left out: it is taken from both spans. Null where none is. */
  readonly apart: Cube | null
  /** The same of the word that the view is about, see `wordAlone`. */
  readonly apartOfWord: Cube | null
}

/** What is left of the counts of a term without the sources that are left out. */
export function heldOf(series: TermSeries, apart: Cube, range: Range): Counts {
  const all = series.total(range)
  const less = apart.series(termKey(series.kind, series.term))?.total(range) ?? noCounts
  // windows of the stream and mentions of the store are seconds apart
  const left = (name: keyof Counts) => Math.max(0, all[name] - less[name])
  return {
    ...{ mentions: left('mentions'), reposts: left('reposts'), unsure: left('unsure') },
    ...{ negative: left('negative'), neutral: left('neutral'), positive: left('positive') },
  }
}

interface Heard {
  readonly hearings: ReadonlyMap<string, Hearing>
  readonly storeBegins: number | null
}

/** Which sources boards hold against the preceding span: asked once a minute for each span and choice of sources. */
export class HeldSourcesOf {
  readonly #asked = new Map<string, { readonly at: number; readonly found: Promise<Heard> }>()

  constructor(
    readonly history: History,
    readonly cubes: Cubes,
    readonly clock: () => number,
  ) {}

  /** Whether it is time to ask again. */
  isDue(askedAt: number): boolean {
    return this.clock() - askedAt >= heardEvery
  }

  /**
   * Asks what of a view is compared, and waits for the windows of what is left out.
   * @param whole what is compared with the span before it
   * @param wanted all that a board of the view may show
   */
  async of(
    { span, region, term }: View,
    filter: BoardFilter | null,
    whole: Range,
    wanted: Range,
  ): Promise<HeldSources> {
    const { window } = layouts[span]
    const sources = filter?.sources ?? []
    const key = JSON.stringify([span, sources])
    const known = this.#asked.get(key)
    const isGood = known !== undefined && !this.isDue(known.at)
    const periods = { window, now: whole, before: precedingOf(whole) }
    const found = isGood ? known.found : this.#ask(sources, periods)
    if (!isGood) this.#asked.set(key, { at: this.clock(), found })
    try {
      const { hearings, storeBegins } = await found
      const compared = { ...comparedOf(filter, hearings, periods), storeBegins }
      if (!compared.isKnown || compared.notCompared.length === 0) {
        return { ...compared, apart: null, apartOfWord: null }
      }
      const names = compared.notCompared.map(({ source }) => source)
      const of = withSources(filter, names)
      const word = wordAlone(term, of)
      const watch = (of: BoardFilter | null) => this.cubes.watch(window, region, wanted, of)
      const [apart, apartOfWord] = [watch(of), word === null ? null : watch(word)]
      await Promise.all([apart.loaded, apartOfWord?.loaded])
      return { ...compared, apart: apart.cube, apartOfWord: apartOfWord?.cube ?? null }
    } catch (error) {
      this.#asked.delete(key)
      throw error
    }
  }

  async #ask(sources: readonly string[], periods: TwoPeriods): Promise<Heard> {
    const hearings = await this.history.hearings(sources, periods)
    const isKnown = [...hearings.values()].some(({ kind }) => kind === 'heard')
    return { hearings, storeBegins: isKnown ? null : await this.history.storeBegins(periods) }
  }

  /** Forgets answers that nobody asked for of late. */
  prune(): void {
    for (const [key, { at }] of this.#asked) if (this.isDue(at)) this.#asked.delete(key)
  }
}
