import { type Cell, type Compared, RowComparison } from '../comparison.js'
import { type Besides, besideMetrics, type Heard } from '../oracle/beside.js'
import type { Mention } from '../oracle/changes.js'
import { key } from './figures.js'

const day = 86_400_000
const termsAsked = 8
type Item = Readonly<Record<string, unknown>>

async function asked<Answer>(url: string, path: string): Promise<Answer> {
  const answer = await fetch(`${url}${path}`)
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

interface Answer {
  readonly from: number
  readonly until: number
  readonly before: { readonly from: number; readonly until: number }
  readonly all: Item
  readonly items: readonly Item[]
}

/** The cell at a path as `change.factor`; nothing where a part of it is missing. */
function cellAt(item: Item, path: string): Cell {
  const found = path.split('.').reduce<unknown>((at, name) => (at as Item | null)?.[name] ?? null, item)
  return typeof found === 'boolean' || typeof found === 'number' ? Number(found) : null
}

/** Two ways to the tail of a distribution part at the seventh digit: then what was expected stands for what was found. */
const near = (found: Cell, expected: Cell): Cell =>
  typeof found === 'number' && typeof expected === 'number' && Math.abs(found - expected) <= 1e-6 * Math.abs(expected)
    ? expected
    : found

const heard = (labels: readonly (string | null)[]): Heard => ({
  mentions: labels.length,
  negative: labels.filter((label) => label === 'negative').length,
  neutral: labels.filter((label) => label === 'neutral').length,
  positive: labels.filter((label) => label === 'positive').length,
})

/** What things there are: by the keys of an answer, with what a mention says of each. */
type Keys = (mention: Mention) => readonly (readonly [key: string, label: string | null])[]
const labelOf = ({ score }: Mention): string | null => score?.label ?? null
const keysOf: Readonly<Record<string, Keys>> = {
  terms: (mention) => mention.terms.map(({ term, kind }) => [key(term, kind), labelOf(mention)]),
  regions: (mention) => [[key(mention.region ?? '', 'region'), labelOf(mention)]],
  aspects: ({ aspects }) => aspects.map(({ aspect, label }) => [key(aspect, 'aspect'), label]),
}

/**
 * Growth, its interval and probability, the difference of balances and the other intervals, of the last third of the days
 * beside the one before it, as the API puts things side by side.
 */
export async function compareChanges(url: string, mentions: readonly Mention[]): Promise<readonly Compared[]> {
  const originals = mentions.filter(({ repostOf }) => repostOf === null)
  const times = originals.map(({ createdAt }) => createdAt).sort((a, b) => a - b)
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const lima = 5 * 3_600_000
  const until = Math.floor((last - lima) / day) * day + lima + day
  const days = Math.floor((until - first) / day / 3)
  if (days < 1) return []
  const population = new Map(
    (await asked<readonly { readonly code: string; readonly population: number }[]>(url, '/api/v1/regions')).map(
      (region) => [region.code, region.population],
    ),
  )
  const counts = new Map<string, { readonly term: string; readonly kind: string; count: number }>()
  for (const { term, kind } of originals.flatMap(({ terms }) => terms)) {
    const known = counts.get(key(term, kind)) ?? { term, kind, count: 0 }
    counts.set(key(term, kind), known)
    known.count += 1
  }
  const terms = [...counts.values()].sort((one, other) => other.count - one.count).slice(0, termsAsked)
  const query = terms.map(({ term, kind }) => `&terms=${encodeURIComponent(`${kind}:${term}`)}`).join('')
  const compared: Compared[] = []
  for (const [by, more] of [
    ['terms', query],
    ['regions', '&limit=50'],
    ['aspects', '&limit=50'],
  ] as const) {
    const answer = await asked<Answer>(
      url,
      `/api/v1/compare?by=${by}&from=${String(until - days * day)}&until=${String(until)}${more}`,
    )
    const lots = [answer, answer.before].map((period) =>
      originals.filter(({ createdAt }) => createdAt >= period.from && createdAt < period.until),
    )
    const found = new Map<string, readonly [(string | null)[], (string | null)[]]>()
    for (const [at, lot] of lots.entries()) {
      for (const [place, label] of lot.flatMap(keysOf[by] ?? (() => []))) {
        const own = found.get(place) ?? ([[], []] as const)
        found.set(place, own)
        own[at === 0 ? 0 : 1].push(label)
      }
    }
    const isAsked = (place: string) => by !== 'terms' || terms.some(({ term, kind }) => place === key(term, kind))
    const [allNow, allBefore] = lots.map((lot) => lot.length)
    const things = [...found]
      .filter(([place]) => isAsked(place))
      .map(([place, [now, before]]): readonly [string, Besides] => [
        place,
        {
          ...{ now: heard(now), before: heard(before), allNow: allNow ?? 0, allBefore: allBefore ?? 0 },
          population: by === 'regions' ? (population.get(place.slice(0, 2)) ?? null) : null,
        },
      ])
    // where the period before is not known in full nothing is told of it: then that alone is compared
    const isKnown = answer.all['previous'] !== null
    const told = besideMetrics.filter(([path]) => isKnown || path.includes('Interval'))
    const rows = new RowComparison<Besides>(
      `registry in the API: changes of ${by}`,
      told.map(([path]) => path),
      new Map(things),
      (besides) => told.map(([, , of]) => of(besides)),
    )
    const expected = new Map(things)
    for (const item of answer.items) {
      const place = key(item['name'], item['kind'])
      const besides = expected.get(place)
      // a term that was asked for and that nobody named is told of as well
      if (besides === undefined && by === 'terms') continue
      rows.take(
        place,
        told.map(([path, , of]) => near(cellAt(item, path), besides === undefined ? null : of(besides))),
      )
    }
    compared.push(rows.end())
  }
  return compared
}
