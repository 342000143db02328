import { type Counts, noCounts, overMentions } from '../../schemas/metrics.js'
import type { Cell, Queries } from '../../streams/engine/ports/analytics.js'

// Mentions are not independent of each other: one account may write hundreds. What is said of a change or a difference is
// therefore looked at again without each author who may have moved it: who said most of a thing, or of everything, most
// that is positive, and most that is negative, in the period and in the one before.

/** Counts of a thing in a period, and in the one before it. */
export interface Counted {
  readonly now: Counts
  readonly before: Counts
}

/** By what an author is the first. */
export type MostBy = 'mentions' | 'positive' | 'negative'

/** Where an author is the first: SQL finds the same one by it. */
export interface First {
  readonly place: string
  readonly isNow: boolean
  readonly by: MostBy
}

/** An author who may be left out. */
export interface LeftOut {
  readonly first: First
  /** Keyed hash: for queries alone, it is told nowhere. */
  readonly author: string
  /** What is counted of the author, by place. */
  readonly of: ReadonlyMap<string, Counted>
}

/** Rows of `place`, `isNow`, `sign`, `repostOf`, `sentiment`, `sure`, `author`, and the values of the query. */
export interface SaidRows {
  readonly sql: string
  readonly params: Readonly<Record<string, Cell>>
}

type Row = Pick<Counts, 'mentions' | 'negative' | 'neutral' | 'positive'> & {
  readonly place: string
  readonly isNow: number | boolean
  readonly author: string
}

const ways: readonly MostBy[] = ['mentions', 'positive', 'negative']
const figures = (['mentions', 'negative', 'neutral', 'positive'] as const)
  .map((name) => `${overMentions[name]} AS ${name}`)
  .join(', ')
const nothing: Counted = { now: noCounts, before: noCounts }

/** Condition and order by which one of several that said as much is the first: the same here and in SQL. */
const isBefore = (one: Row, other: Row, by: MostBy): boolean =>
  one[by] > other[by] || (one[by] === other[by] && one.author > other.author)

/** The authors without whom each verdict is to be looked at again, with what they said of each place. */
export async function mostActive(
  store: Queries,
  { sql, params }: SaidRows,
  timeout: number,
): Promise<readonly LeftOut[]> {
  const rows = await store.query<Row>(
    `WITH said AS (SELECT place, isNow, author, ${figures} FROM (${sql}) GROUP BY place, isNow, author HAVING mentions > 0)
     SELECT place, isNow, author, mentions, negative, neutral, positive FROM said WHERE author IN (
       SELECT arrayJoin([${ways.map((by) => `argMax(author, (${by}, author))`).join(', ')}]) FROM said GROUP BY place, isNow)`,
    { params, timeout },
  )
  const firsts = new Map<string, { readonly row: Row; readonly first: First }>()
  const counted = new Map<string, Map<string, Counted>>()
  for (const row of rows) {
    const { place, author, mentions, negative, neutral, positive } = row
    const isNow = Boolean(row.isNow)
    const places = counted.get(author) ?? new Map<string, Counted>()
    counted.set(author, places)
    const counts = { ...noCounts, mentions, negative, neutral, positive }
    places.set(place, { ...(places.get(place) ?? nothing), [isNow ? 'now' : 'before']: counts })
    for (const by of ways) {
      const key = `${by} ${isNow} ${place}`
      const known = firsts.get(key)
      if (known === undefined || isBefore(row, known.row, by)) firsts.set(key, { row, first: { place, isNow, by } })
    }
  }
  // who is the first in several places is left out once
  const left = new Map([...firsts.values()].map(({ row, first }) => [row.author, first] as const))
  return [...left]
    .map(([author, first]) => ({ first, author, of: counted.get(author) ?? new Map() }))
    .sort((one, other) => compareFirst(one.first, other.first))
}

const compareFirst = (one: First, other: First): number => {
  const [a, b] = [one, other].map(({ place, isNow, by }) => `${place} ${isNow ? 0 : 1} ${ways.indexOf(by)}`)
  return (a ?? '') < (b ?? '') ? -1 : 1
}

const less = (all: Counts, part: Counts): Counts => ({
  ...all,
  mentions: all.mentions - part.mentions,
  negative: all.negative - part.negative,
  neutral: all.neutral - part.neutral,
  positive: all.positive - part.positive,
})

/** What is left of the counts of a place without the author. */
export function withoutAuthor({ now, before }: Counted, place: string, { of }: LeftOut): Counted {
  const own = of.get(place)
  return own === undefined ? { now, before } : { now: less(now, own.now), before: less(before, own.before) }
}
