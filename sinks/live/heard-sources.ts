import { type HeardSlot, type Hearing, hearingOf, listened } from '../../schemas/known-past.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'
import { type AsOf, asOfParams, writtenBy } from './as-of.js'
import { type BoardFilter, filterParams, passesIn } from './filter.js'
import { mentionsWithin } from './mentions-within.js'
import { type HeldAgainst, heldParams, inEither } from './said-of-terms.js'
import type { Layout, Range } from './view.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

/** Milliseconds to which silences are told, by the windows of a period. */
const slots = { minute: 300_000, hour: 3_600_000, day: 3_600_000 } as const

/** Two periods that are held against each other. */
export interface TwoPeriods {
  readonly window: Layout['window']
  readonly now: Range
  readonly before: Range
  readonly asOf?: AsOf | undefined
}

/** A source that was not heard in both periods, and is in none of them where they are held against each other. */
export interface NotCompared {
  readonly source: string
  /** `new`: since then there is anything of it; `silent`: since then nothing came. In milliseconds since the epoch. */
  readonly reason: 'new' | 'silent'
  readonly since: number
  /** When it was heard again; null where it was not, or is new. */
  readonly until: number | null
}

/** What of two periods may be held against each other. */
export interface ComparedSources {
  /** What is counted where periods are held against each other: where sources are left out, it names all others. */
  readonly filter: BoardFilter | null
  /** False where no source was heard in both: there is nothing to compare with. */
  readonly isKnown: boolean
  readonly notCompared: readonly NotCompared[]
  /** Where nothing is compared since the store has no older mentions: the first that it has, in milliseconds since the epoch. */
  readonly storeBegins: number | null
}

/** Where no periods are held against each other. */
export const nothingCompared: ComparedSources = { filter: null, isKnown: false, notCompared: [], storeBegins: null }

interface Row {
  readonly source: string
  readonly firsts: readonly (number | string)[]
  readonly lasts: readonly (number | string)[]
  readonly counts: readonly (number | string)[]
}

/**
 * Of each source from which something came within two periods, or in the fortnight before, whatever it is about, whether
 * it was heard in both.
 * @param sources those that are asked for; empty: all
 */
export async function hearings(
  store: Queries,
  sources: readonly string[],
  { window, now, before, asOf }: TwoPeriods,
): Promise<ReadonlyMap<string, Hearing>> {
  const rows = await store.query<Row>(
    `SELECT source, groupArray(first) AS firsts, groupArray(last) AS lasts, groupArray(given) AS counts FROM (
       SELECT toString(m.source) AS source, min(toUnixTimestamp64Milli(m.createdAt)) AS first,
         max(toUnixTimestamp64Milli(m.createdAt)) AS last, count() AS given
       FROM mentions AS m
       WHERE m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt < fromUnixTimestamp64Milli({until:Int64})
         AND m.sign > 0 AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, toString(m.source)))${writtenBy(asOf)}
       GROUP BY source, intDiv(toUnixTimestamp64Milli(m.createdAt), {slot:Int64}) AS slot ORDER BY source, slot
     ) GROUP BY source`,
    {
      params: {
        ...{ sources, slot: slots[window], from: before.from - listened, until: now.until },
        ...asOfParams(asOf),
      },
      timeout,
    },
  )
  return new Map(
    rows.map(({ source, firsts, lasts, counts }) => {
      const heard = firsts.map(
        (first, at): HeardSlot => ({
          ...{ first: Number(first), last: Number(lasts[at] ?? first), mentions: Number(counts[at] ?? 1) },
        }),
      )
      return [source, hearingOf(heard, before, now)]
    }),
  )
}

/**
 * What of the hearings of sources is compared, and what is not. Pure. A source that was silent before the earlier period
 * already is in none of them, and is told only where there is no other.
 */
export function comparedOf(
  filter: BoardFilter | null,
  heard: ReadonlyMap<string, Hearing>,
  { before }: Pick<TwoPeriods, 'before'>,
): ComparedSources {
  const inBoth = [...heard].flatMap(([source, { kind }]) => (kind === 'heard' ? [source] : [])).sort()
  const notCompared = [...heard]
    .flatMap(([source, hearing]): readonly NotCompared[] => {
      if (hearing.kind === 'heard') return []
      const until = hearing.kind === 'silent' ? hearing.until : null
      const isGone = hearing.kind === 'silent' && until === null && hearing.since < before.from
      if (isGone && inBoth.length > 0) return []
      return [{ source, reason: hearing.kind, since: hearing.since, until }]
    })
    .sort((one, other) => (one.source < other.source ? -1 : 1))
  const isKnown = inBoth.length > 0
  return {
    filter: isKnown ? withSources(filter, notCompared.length === 0 ? null : inBoth) : filter,
    ...{ isKnown, notCompared, storeBegins: null },
  }
}

/** ClickHouse query of one row: when the first mention was written that the store has; null where it has none. */
export const beginningOf = (asOf: AsOf | undefined): string =>
  `SELECT if(count() = 0, NULL, min(toUnixTimestamp64Milli(m.createdAt))) AS at FROM mentions AS m
WHERE m.sign > 0${writtenBy(asOf)} AND toStartOfHour(m.createdAt) = (SELECT toStartOfHour(m.createdAt) FROM mentions AS m
  WHERE m.sign > 0${writtenBy(asOf)} ORDER BY toStartOfHour(m.createdAt) LIMIT 1)`

/**
 * The first mention that the store has, where it is of after the beginning of the earlier period, so that there is nothing
 * to hold the later one against, however long its sources are heard; else null.
 */
export async function storeBegins(store: Queries, { before, asOf }: TwoPeriods): Promise<number | null> {
  const [row] = await store.query<{ readonly at: number | string | null }>(beginningOf(asOf), {
    ...{ params: asOfParams(asOf), timeout },
  })
  const at = row?.at ?? null
  return at === null || Number(at) <= before.from ? null : Number(at)
}

/** The same filter, of these sources alone; null leaves it as it is. */
export const withSources = (filter: BoardFilter | null, sources: readonly string[] | null): BoardFilter | null =>
  sources === null ? filter : { terms: [], regions: [], ...filter, sources }

/**
 * What of a region, or a board, is compared. Sources that were not heard in both periods are left out of both, and told
 * where they said something of it in one of them.
 */
export async function comparedSources(
  store: Queries,
  { region, filter }: { readonly region: string; readonly filter: BoardFilter | null },
  periods: TwoPeriods,
): Promise<ComparedSources> {
  const found = comparedOf(filter, await hearings(store, filter?.sources ?? [], periods), periods)
  if (!found.isKnown) return { ...found, storeBegins: await storeBegins(store, periods) }
  if (found.notCompared.length === 0) return found
  const { now, before, asOf } = periods
  const held: HeldAgainst = { region, now, before, filter, ...(asOf === undefined ? {} : { asOf }) }
  const rows = await store.query<{ readonly source: string }>(
    `SELECT DISTINCT toString(m.source) AS source FROM mentions AS m
     WHERE ${mentionsWithin} AND ${inEither} AND m.sign > 0 AND has({apart:Array(String)}, toString(m.source))${writtenBy(asOf)} ${passesIn(filter)}`,
    {
      params: {
        ...{ ...heldParams(held), ...filterParams(filter), ...asOfParams(asOf) },
        apart: found.notCompared.map(({ source }) => source),
      },
      timeout,
    },
  )
  const told = new Set(rows.map(({ source }) => source))
  const notCompared = found.notCompared.filter(({ source }) => told.has(source))
  return notCompared.length === 0 ? { ...found, filter, notCompared } : { ...found, notCompared }
}
