import { type IntervalRow, intervalSize } from '../../processors/shifts/interval.js'
import { authorPart } from '../../processors/shifts/parts.js'
import { sourceKey, termKey, totalKey } from '../../processors/shifts/series.js'
import type { Shift } from '../../schemas/shift.js'
import { Random } from './random.js'
import { shiftsOfRows } from './watch.js'
import { firstMonday } from './world.js'

/** Intervals of a day. */
const day = 96
/** Ten in the morning in Lima, after two weeks. */
export const at = 14 * day + 60

const terms: readonly (readonly [term: string, share: number])[] = [
  ...([
    ['ceviche', 0.25],
    ['lomo saltado', 0.2],
    ['anticucho', 0.1],
    ['causa', 0.1],
    ['', 0.35],
  ] as const),
]
/** Posts an hour of each source. */
const sources: readonly (readonly [source: string, perHour: number])[] = [
  ['alfa', 14],
  ['beta', 8],
]

export interface Board {
  readonly seed: number
  /** By what the posts of a term are multiplied at an interval. */
  readonly times?: (term: string, index: number) => number
  /** So many posts an interval of a term more, of so many accounts. */
  readonly pushed?: {
    readonly term: string
    readonly from: number
    readonly until: number
    readonly posts: number
    readonly accounts: number
  }
  readonly silent?: { readonly source: string; readonly from: number }
}

interface Sums {
  mentions: number
  readonly authors: Map<string, number>
}

/** What is told of such a board. */
export const aBoard = (board: Board): readonly Shift[] => shiftsOfRows(rowsOfBoard(board))

/** A board of two sources and four terms, with the hours of a day, of which eighteen days are seen. */
export function rowsOfBoard({ seed, times = () => 1, pushed, silent }: Board): readonly (readonly IntervalRow[])[] {
  const random = new Random(seed)
  let people = 0
  return Array.from({ length: 18 * day }, (_, index): readonly IntervalRow[] => {
    const hour = (index / 4 + 19) % 24
    const season = 0.2 + 1.6 * Math.max(0, Math.sin((Math.PI * (hour - 7)) / 16))
    const known = new Map<string, Sums>()
    const say = (source: string, term: string, author: string) => {
      for (const key of [totalKey, sourceKey(source), ...(term === '' ? [] : [termKey(term, 'dish')])]) {
        const sums = known.get(key) ?? { mentions: 0, authors: new Map<string, number>() }
        known.set(key, sums)
        sums.mentions += 1
        sums.authors.set(author, (sums.authors.get(author) ?? 0) + 1)
      }
    }
    for (const [source, perHour] of sources) {
      if (source === silent?.source && index >= silent.from) continue
      for (const [term, share] of terms) {
        const posts = random.poisson((perHour / 4) * share * season * times(term, index))
        for (let post = 0; post < posts; post++) say(source, term, `person ${people++}`)
      }
    }
    if (pushed !== undefined && index >= pushed.from && index < pushed.until)
      for (let post = 0; post < pushed.posts; post++)
        say('alfa', pushed.term, `account ${random.below(pushed.accounts)}`)
    return Array.from(known, ([key, sums]) => rowOf(key, firstMonday + index * intervalSize, sums))
  })
}

function rowOf(key: string, start: number, { mentions, authors }: Sums): IntervalRow {
  const [top = null] = [...authors].sort(([, most], [, least]) => least - most)
  return {
    ...{ key, start, mentions, voices: mentions, authors: authors.size, topAuthor: top },
    ...{ repeats: mentions - authors.size, parts: top === null ? [] : [[authorPart(top[0]), top[1]]] },
    ...{ positive: 0, neutral: mentions, negative: 0, sample: [], gained: [] },
    ...{ viewedInteractions: 0, viewedViews: 0, reachedInteractions: 0, reachedReach: 0 },
  }
}

export const openedOf = (shifts: readonly Shift[]): readonly Shift[] => shifts.filter(({ state }) => state === 'opened')
export const intervalsOf = (time: number): number => Math.round((time - firstMonday) / intervalSize)
