import { type Counts, noCounts, overAuthors, overMentions } from '../../schemas/metrics.js'
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

/** What is counted in a place, in one of the two periods. */
export interface PlaceCounts extends Counts {
  readonly place: string
  readonly isNow: boolean
  /** Of mentions and reposts. */
  readonly authors: number
  /** Of mentions alone. */
  readonly mentionAuthors: number
}

type Row = Pick<Counts, 'mentions' | 'negative' | 'neutral' | 'positive'> & {
  readonly place: string
  readonly isNow: number | boolean
  readonly author: string
}

const ways: readonly MostBy[] = ['mentions', 'positive', 'negative']
const nothing: Counted = { now: noCounts, before: noCounts }

const names = ['mentions', 'reposts', 'negative', 'neutral', 'positive', 'unsure'] as const
const given = names.map((name) => `${overMentions[name]} AS ${name}`).join(', ')
const added = names.map((name) => `sum(byAuthor.${name}) AS ${name}`).join(', ')
const distinct = Object.entries(overAuthors).map(([name, sql]) => `${sql} AS ${name}`)
/** Of several who said as much the one whose hash is the highest: as queries that prove it have it. */
const firsts = ways.map(
  (by) => `argMaxIf(byAuthor.author, (byAuthor.${by}, byAuthor.author), byAuthor.mentions > 0) AS first_${by}`,
)

/**
 * Counts each place in both periods, and finds the authors without whom each verdict is to be looked at again, with what
 * they said of each place.
 */
export async function countedPlaces(
  store: Queries,
  { sql, params }: SaidRows,
  timeout: number,
): Promise<{ readonly counts: readonly PlaceCounts[]; readonly leftOut: readonly LeftOut[] }> {
  const found = await store.query<PlaceCounts & Readonly<Record<`first_${MostBy}`, string>>>(
    `SELECT byAuthor.place AS place, byAuthor.isNow AS isNow, ${[added, ...distinct, ...firsts].join(', ')} FROM (
       SELECT place, isNow, author, ${given} FROM (${sql}) GROUP BY place, isNow, author
     ) AS byAuthor GROUP BY place, isNow`,
    { params, timeout },
  )
  const left = new Map<string, First>()
  const counts = found.map(({ first_mentions, first_positive, first_negative, ...counted }): PlaceCounts => {
    const isNow = Boolean(counted.isNow)
    const authors = { mentions: first_mentions, positive: first_positive, negative: first_negative }
    for (const by of counted.mentions > 0 ? ways : []) {
      const first: First = { place: counted.place, isNow, by }
      const known = left.get(authors[by])
      // who is the first in several places is left out once
      if (known === undefined || compareFirst(first, known) < 0) left.set(authors[by], first)
    }
    return { ...counted, isNow }
  })
  return { counts, leftOut: await saidBy(store, { sql, params }, timeout, left) }
}

/** What authors said of each place. */
async function saidBy(
  store: Queries,
  { sql, params }: SaidRows,
  timeout: number,
  authors: ReadonlyMap<string, First>,
): Promise<readonly LeftOut[]> {
  if (authors.size === 0) return []
  const rows = await store.query<Row>(
    `SELECT place, isNow, author, ${given} FROM (${sql}) WHERE author IN {leftOut:Array(String)}
     GROUP BY place, isNow, author HAVING mentions > 0`,
    { params: { ...params, leftOut: [...authors.keys()] }, timeout },
  )
  const said = new Map<string, Map<string, Counted>>()
  for (const { place, isNow, author, mentions, negative, neutral, positive } of rows) {
    const places = said.get(author) ?? new Map<string, Counted>()
    said.set(author, places)
    const counts = { ...noCounts, mentions, negative, neutral, positive }
    places.set(place, { ...(places.get(place) ?? nothing), [isNow ? 'now' : 'before']: counts })
  }
  return [...authors]
    .map(([author, first]) => ({ first, author, of: said.get(author) ?? new Map() }))
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
