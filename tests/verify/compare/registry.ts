import type { Instance } from '../../../streams/app/instance.js'
import { type Cell, type Compared, RowComparison } from '../comparison.js'
import { besideMetrics, comparedElsewhere } from '../oracle/beside.js'
import type { Mention } from '../oracle/changes.js'
import type { ExpectedEngagement } from '../oracle/engagement-windows.js'
import { type Beside, engagementMetrics, mentionMetrics, type Said } from '../oracle/metrics.js'
import type { Expected } from '../oracle/oracle.js'
import { saidWords } from '../oracle/reading.js'
import type { Sums } from '../oracle/windows.js'
import { numberOf, queried } from '../reading.js'
import { compareChanges } from './changes.js'
import { key } from './figures.js'

/** A metric as the API tells of it. */
interface Told {
  readonly name: string
  readonly overTrends?: string | null
  readonly overAspects?: string | null
  readonly overMentions?: string
  readonly overEngagement?: string
  /** Where it stands, as `/api/v1/engagement total.velocity`. */
  readonly places: readonly string[]
}

const day = 86_400_000
const lima = 5 * 3_600_000
const termsAsked = 8
const nothingBeside: Beside = { all: [], compared: [], population: null }
const figureOf = (cell: unknown): Cell => (cell === null || cell === undefined ? null : numberOf(cell))

async function asked<Answer>(url: string, path: string): Promise<Answer> {
  const answer = await fetch(`${url}${path}`)
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

const saidOf = ({ author, repostOf, score }: Mention): Said => ({
  author,
  isRepost: repostOf !== null,
  label: score?.label ?? null,
  sure: score?.sure ?? null,
})

/** The mentions that stand in the end. */
export function standingMentions({ changes }: Pick<Expected, 'changes'>): readonly Mention[] {
  const standing = new Map<string, Mention>()
  for (const { mention, sign } of changes) {
    if (sign > 0) standing.set(mention.postId, mention)
    else standing.delete(mention.postId)
  }
  return [...standing.values()]
}

const dayOf = (time: number): number => Math.floor((time - lima) / day) * day + lima

/** Mentions by term, kind, region and day of Lima. */
function byDay(mentions: readonly Mention[]): ReadonlyMap<string, readonly Said[]> {
  const found = new Map<string, Said[]>()
  for (const mention of mentions) {
    for (const { term, kind } of [{ term: '*', kind: 'all' }, ...mention.terms]) {
      for (const region of mention.region === null ? ['*'] : ['*', mention.region]) {
        const place = key(term, kind, region, dayOf(mention.createdAt))
        const said = found.get(place) ?? []
        found.set(place, said)
        said.push(saidOf(mention))
      }
    }
  }
  return found
}

/** As many mentions as a window counted; who said them is not known any more. */
const saidInWindow = ({ mentions, reposts, negative, neutral, positive, unsure }: Sums): readonly Said[] => {
  const many = (count: number, isRepost: boolean, label: string | null): readonly Said[] =>
    Array.from({ length: count }, () => ({ author: '', isRepost, label, sure: null }))
  const labelled = [
    ...many(negative, false, 'negative'),
    ...many(neutral, false, 'neutral'),
    ...many(positive, false, 'positive'),
  ]
  return [
    ...labelled.map((said, at) => ({ ...said, sure: at >= unsure })),
    ...many(mentions - negative - neutral - positive, false, null),
    ...many(reposts, true, null),
  ]
}

/**
 * Every metric of the registry of mentions, by every way in which it is given: the SQL that the registry tells, over the
 * changes, over windows and over roll-ups of aspects, and the answers of the API; each against plain code over the mentions that stand.
 */
export async function compareMentionMetrics(
  instance: Instance,
  url: string,
  expected: Expected,
): Promise<readonly Compared[]> {
  const registry = await asked<readonly Told[]>(url, '/api/v1/metrics')
  const names = [
    ...Object.keys({ ...mentionMetrics, ...engagementMetrics }),
    ...new Set(besideMetrics.map(([, metric]) => metric)),
    ...comparedElsewhere,
  ]
  const known = new RowComparison(
    'registry: names of metrics',
    [],
    new Map(names.map((name) => [name, name])),
    () => [],
  )
  for (const { name } of registry) known.take(name, [])

  const mentions = standingMentions(expected)
  const days = byDay(mentions)
  const ofMentions = registry.filter(({ overMentions }) => overMentions !== undefined)
  const overMentions = new RowComparison(
    'registry in SQL over mentions',
    ofMentions.map(({ name }) => name),
    days,
    (said) => ofMentions.map(({ name }) => figureOf(mentionMetrics[name]?.(said, nothingBeside))),
  )
  const places = `arrayFlatten(arrayMap(each -> arrayMap(place -> (each.1, each.2, place),
    if(isNull(region), ['*'], ['*', assumeNotNull(toString(region))])), arrayConcat([('*', 'all')], terms)))`
  for (const [term, kind, region, start, standing, ...found] of await queried(
    instance,
    `SELECT counted.1, counted.2, counted.3, toUnixTimestamp(toStartOfDay(createdAt, 'America/Lima')) AS at,
       uniqExactIf(postId, (postId, revision) IN (SELECT postId, revision FROM pulso.current_mentions)) AS standing,
       ${ofMentions.map(({ overMentions: sql }) => sql).join(', ')}
     FROM pulso.mentions ARRAY JOIN ${places} AS counted GROUP BY counted.1, counted.2, counted.3, at`,
  ))
    if (numberOf(standing) > 0) overMentions.take(key(term, kind, region, numberOf(start) * 1_000), found.map(figureOf))

  const windows = new Map([...expected.windows].filter(([, { window }]) => window === 'day'))
  const ofTrends = registry.filter(({ overTrends }) => typeof overTrends === 'string')
  const overTrends = new RowComparison(
    'registry in SQL over trends_latest',
    ofTrends.map(({ name }) => name),
    windows,
    ({ sums }) => ofTrends.map(({ name }) => figureOf(mentionMetrics[name]?.(saidInWindow(sums), nothingBeside))),
  )
  for (const [term, kind, region, start, ...found] of await queried(
    instance,
    `SELECT t.term, t.kind, t.region, toUnixTimestamp64Milli(t.start) AS at, ${ofTrends.map(({ overTrends: sql }) => sql).join(', ')}
     FROM pulso.trends_latest AS t WHERE t.window = 'day' GROUP BY t.term, t.kind, t.region, at`,
  )) {
    const place = key(term, kind, region, 'day', numberOf(start))
    // early results of words depend on the clock
    if (kind !== 'word' || windows.has(place)) overTrends.take(place, found.map(figureOf))
  }
  const ofAspects = registry.filter(({ overAspects }) => typeof overAspects === 'string')
  const overAspects = new RowComparison(
    'registry in SQL over aspects_by_day_view',
    ofAspects.map(({ name }) => name),
    expected.aspectRollups.get('aspects_by_day') ?? new Map(),
    ({ sums }) => ofAspects.map(({ name }) => figureOf(mentionMetrics[name]?.(saidInWindow(sums), nothingBeside))),
  )
  for (const [aspect, term, kind, region, start, ...found] of await queried(
    instance,
    `SELECT a.aspect, a.term, a.kind, a.region, toUnixTimestamp64Milli(a.start) AS at,
       ${ofAspects.map(({ overAspects: sql }) => sql).join(', ')}
     FROM pulso.aspects_by_day_view AS a GROUP BY a.aspect, a.term, a.kind, a.region, at`,
  ))
    overAspects.take(key(aspect, term, kind, region, numberOf(start)), found.map(figureOf))
  return [
    known.end(),
    overMentions.end(),
    overTrends.end(),
    overAspects.end(),
    ...(await compareComparisons(url, mentions)),
    ...(await compareChanges(url, mentions)),
    await compareSeries(url, mentions, expected),
    ...(await compareWords(instance, url, mentions, expected, ofTrends)),
  ]
}

/** The terms with the most mentions. */
function topTerms(mentions: readonly Mention[]): readonly { readonly term: string; readonly kind: string }[] {
  const counts = new Map<string, { readonly term: string; readonly kind: string; count: number }>()
  for (const { term, kind } of mentions.flatMap(({ terms }) => terms)) {
    const known = counts.get(key(term, kind)) ?? { term, kind, count: 0 }
    counts.set(key(term, kind), known)
    known.count += 1
  }
  return [...counts.values()].sort((one, other) => other.count - one.count).slice(0, termsAsked)
}

/** Whole days of Lima that hold everything. */
function periodOf(mentions: readonly Mention[]) {
  const times = mentions.map(({ createdAt }) => createdAt).sort((a, b) => a - b)
  return { from: dayOf(times[0] ?? 0), until: dayOf(times.at(-1) ?? 0) + day }
}

/** Shares, rates by population and the rest as the API puts things side by side. */
async function compareComparisons(url: string, mentions: readonly Mention[]): Promise<readonly Compared[]> {
  const { from, until } = periodOf(mentions)
  const within = `from=${from}&until=${until}`
  const all = mentions.map(saidOf)
  const terms = topTerms(mentions)
  const ofTerm = ({ term, kind }: { readonly term: string; readonly kind: string }) =>
    mentions.filter((mention) => mention.terms.some((each) => each.term === term && each.kind === kind)).map(saidOf)
  const saidOfTerms = new Map(terms.map((term) => [key(term.term, term.kind), ofTerm(term)]))
  const population = new Map(
    (await asked<readonly { readonly code: string; readonly population: number }[]>(url, '/api/v1/regions')).map(
      (region) => [region.code, region.population],
    ),
  )
  const ofRegions = new Map<string, Said[]>()
  // a region that nobody mentions is not set beside others
  const mentioned = new Set(mentions.filter(({ repostOf }) => repostOf === null).map(({ region }) => region))
  for (const mention of mentions) {
    if (!mentioned.has(mention.region)) continue
    const place = key(mention.region ?? '', 'region')
    ofRegions.set(place, [...(ofRegions.get(place) ?? []), saidOf(mention)])
  }
  const ofAspects = new Map<string, Said[]>()
  for (const mention of mentions) {
    for (const { aspect, label } of mention.aspects) {
      const place = key(aspect, 'aspect')
      ofAspects.set(place, [...(ofAspects.get(place) ?? []), { ...saidOf(mention), label }])
    }
  }
  for (const [place, said] of ofAspects) if (said.every(({ isRepost }) => isRepost)) ofAspects.delete(place)
  const names = [
    'volume',
    'reposts',
    'authors',
    'mentionAuthors',
    'share',
    'shareAmongCompared',
    'balance',
    'positiveShare',
    'perHundredThousand',
    ...['negative', 'neutral', 'positive', 'scored'],
  ]
  const compared: Compared[] = []
  for (const [by, said, query] of [
    ['terms', saidOfTerms, terms.map(({ term, kind }) => `&terms=${encodeURIComponent(`${kind}:${term}`)}`).join('')],
    ['regions', ofRegions, '&limit=50'],
    ['aspects', ofAspects, '&limit=50'],
  ] as const) {
    const rows = new RowComparison(`registry in the API: ${by} side by side`, names, new Map(said), (own) => {
      const place = [...said].find(([, each]) => each === own)?.[0] ?? ''
      const beside = {
        all,
        compared: [...said.values()],
        population: by === 'regions' ? (population.get(place.slice(0, 2)) ?? null) : null,
      }
      return names.map((name) => figureOf(mentionMetrics[name]?.(own, beside)))
    })
    const { items } = await asked<{ readonly items: readonly Readonly<Record<string, unknown>>[] }>(
      url,
      `/api/v1/compare?by=${by}&${within}${query}`,
    )
    for (const item of items)
      rows.take(
        key(item['name'], item['kind']),
        names.map((name) => figureOf(item[name])),
      )
    compared.push(rows.end())
  }
  return compared
}

/** The series of the top terms as the API gives them, window by window. */
async function compareSeries(url: string, mentions: readonly Mention[], { windows }: Expected): Promise<Compared> {
  const { from, until } = periodOf(mentions)
  const names = ['volume', 'reposts', 'balance', 'positiveShare']
  const terms = [{ term: '*', kind: 'all' }, ...topTerms(mentions)]
  const isAsked = (term: string, kind: string) => terms.some((each) => each.term === term && each.kind === kind)
  const lengths = until - from <= 14 * day ? 'hour' : 'day'
  const expected = new Map(
    [...windows].filter(
      ([, { term, kind, region, window }]) => region === '*' && window === lengths && isAsked(term, kind),
    ),
  )
  const rows = new RowComparison('registry in the API: series of top terms', names, expected, ({ sums }) =>
    names.map((name) => figureOf(mentionMetrics[name]?.(saidInWindow(sums), nothingBeside))),
  )
  for (const { term, kind } of terms) {
    const query = kind === 'all' ? '' : `&term=${encodeURIComponent(term)}&kind=${kind}`
    const { points } = await asked<{ readonly points: readonly Readonly<Record<string, unknown>>[] }>(
      url,
      `/api/v1/trends?from=${from}&until=${until}${query}`,
    )
    for (const point of points)
      rows.take(
        key(term, kind, '*', lengths, point['start']),
        names.map((name) => figureOf(point[name])),
      )
  }
  return rows.end()
}

/** As many words as one answer has. */
const mostWords = 500
const hour = 3_600_000

/**
 * Emerging words, of which the stream gives only the windows in which many say them: their figures by every way that tells
 * one of a time, against the mentions that hold the word.
 */
async function compareWords(
  instance: Instance,
  url: string,
  mentions: readonly Mention[],
  { windows }: Expected,
  ofTrends: readonly Told[],
): Promise<readonly Compared[]> {
  const { from, until } = periodOf(mentions)
  const within = `from=${from}&until=${until}`
  const length = until - from <= 14 * day ? 'hour' : 'day'
  const emergingIn = (window: string) =>
    new Set([...windows.values()].flatMap((each) => (each.kind === 'word' && each.window === window ? each.term : [])))
  const emerging = emergingIn(length)
  const everEmerging = new Set([...emerging, ...emergingIn('hour'), ...emergingIn('day')])
  const said = new Map<string, Said[]>()
  const saidAt = new Map<string, Said[]>()
  const saidInHour = new Map<string, Said[]>()
  const add = (to: Map<string, Said[]>, place: string, one: Said) => to.set(place, [...(to.get(place) ?? []), one])
  const startOf = length === 'day' ? dayOf : (time: number) => Math.floor(time / hour) * hour
  for (const mention of mentions) {
    const one = saidOf(mention)
    for (const word of saidWords(mention.text)) {
      if (!everEmerging.has(word)) continue
      add(saidInHour, key(word, Math.floor(mention.createdAt / hour) * hour), one)
      if (!emerging.has(word)) continue
      add(said, word, one)
      add(saidAt, key(word, startOf(mention.createdAt)), one)
    }
  }
  const names = ['volume', 'reposts', 'balance', 'positiveShare', 'authors']
  const cells = (own: readonly Said[]) => names.map((name) => figureOf(mentionMetrics[name]?.(own, nothingBeside)))
  // the most said, as many as the answer has: of those that are said as much it has others
  const volumes = [...said].map(([word, own]) => [word, cells(own)[0]] as const)
  const least = volumes.map(([, volume]) => Number(volume)).sort((a, b) => b - a)[mostWords] ?? 0
  const most = new Map([...said].filter(([, own]) => Number(cells(own)[0]) > least))
  const top = new RowComparison('registry in the API: emerging words', names, most, cells)
  const { terms } = await asked<{ readonly terms: readonly Readonly<Record<string, unknown>>[] }>(
    url,
    `/api/v1/terms/top?kinds=word&limit=${mostWords}&${within}`,
  )
  for (const row of terms)
    if (most.has(String(row['term'])))
      top.take(
        String(row['term']),
        names.map((name) => figureOf(row[name])),
      )

  // the words with the most windows are those of which the stream gives the smallest part
  const windowsOf = (word: string) => [...saidAt.keys()].filter((place) => place.startsWith(key(word, ''))).length
  const watched = [...said.keys()].sort((a, b) => windowsOf(b) - windowsOf(a) || (a < b ? -1 : 1)).slice(0, termsAsked)
  const isWatched = (place: string) => watched.some((word) => place.startsWith(key(word, '')))
  const inSeries = new Map([...saidAt].filter(([place]) => isWatched(place)))
  const series = new RowComparison('registry in the API: series of emerging words', names, inSeries, cells)
  const found = new RowComparison(
    'registry in the API: emerging words that are searched for',
    ['volume'],
    new Map(watched.map((word) => [word, said.get(word) ?? []])),
    (own) => cells(own).slice(0, 1),
  )
  for (const word of watched) {
    const { points } = await asked<{ readonly points: readonly Readonly<Record<string, unknown>>[] }>(
      url,
      `/api/v1/trends?kind=word&term=${encodeURIComponent(word)}&${within}`,
    )
    for (const point of points)
      series.take(
        key(word, point['start']),
        names.map((name) => figureOf(point[name])),
      )
    const { terms: hits } = await asked<{ readonly terms: readonly Readonly<Record<string, unknown>>[] }>(
      url,
      `/api/v1/terms?search=${encodeURIComponent(word)}&limit=50&${within}`,
    )
    for (const hit of hits)
      if (hit['term'] === word && hit['kind'] === 'word') found.take(word, [figureOf(hit['volume'])])
  }

  const hours = new RowComparison(
    'registry in SQL over terms_by_hour_view: emerging words',
    ofTrends.map(({ name }) => name),
    saidInHour,
    (own) => ofTrends.map(({ name }) => figureOf(mentionMetrics[name]?.(own, nothingBeside))),
  )
  for (const [term, start, ...figures] of await queried(
    instance,
    `SELECT t.term, toUnixTimestamp64Milli(t.start) AS at, ${ofTrends.map(({ overTrends }) => overTrends).join(', ')}
     FROM pulso.terms_by_hour_view AS t WHERE t.kind = 'word' GROUP BY t.term, at HAVING sum(t.mentions + t.reposts) > 0`,
  )) {
    // early results of words depend on the clock: one may have been told that is none in the end
    if (everEmerging.has(String(term))) hours.take(key(term, numberOf(start)), figures.map(figureOf))
  }
  return [top.end(), series.end(), found.end(), hours.end()]
}

interface EngagementAnswer {
  readonly from: number
  readonly until: number
  readonly total: Readonly<Record<string, unknown>>
  readonly points: readonly Readonly<Record<string, unknown>>[]
}

/** Every metric of engagement: in SQL over the windows, and of everything as the API gives it. */
export async function compareEngagementMetrics(
  instance: Instance,
  url: string,
  { windows, members, standing }: ExpectedEngagement,
): Promise<readonly Compared[]> {
  const registry = (await asked<readonly Told[]>(url, '/api/v1/metrics')).filter(
    ({ overEngagement }) => overEngagement !== undefined,
  )
  const names = registry.map(({ name }) => name)
  const cells = (id: string) => names.map((name) => figureOf(engagementMetrics[name]?.(members.get(id) ?? [])))
  const finals = [...windows].filter(([, { isFinal }]) => isFinal)
  const overWindows = new RowComparison(
    'registry in SQL over engagement_latest',
    names,
    new Map(finals.map(([id]) => [id, id])),
    cells,
  )
  for (const [term, kind, region, authorGroup, window, start, ...found] of await queried(
    instance,
    `SELECT e.term, e.kind, e.region, e.authorGroup, e.window, toUnixTimestamp64Milli(e.start) AS at,
       ${registry.map(({ overEngagement }) => overEngagement).join(', ')}
     FROM pulso.engagement_latest AS e WHERE e.isFinal
     GROUP BY e.term, e.kind, e.region, e.authorGroup, e.window, at`,
  ))
    overWindows.take(key(term, kind, region, authorGroup, window, numberOf(start)), found.map(figureOf))

  const answered = registry
    .filter(({ places }) => places.some((place) => place.startsWith('/api/v1/engagement ')))
    .map(({ name }) => name)
  const cellsOfApi = (rows: (typeof standing)[number][]) =>
    answered.map((name) => figureOf(engagementMetrics[name]?.(rows)))
  const hours = finals.filter(([, { term, region, window }]) => term === '*' && region === '*' && window === 'hour')
  const starts = hours.map(([, { start }]) => start)
  const inApi = new RowComparison(
    'registry in the API: engagement',
    answered,
    new Map(hours.map(([id]) => [id, id])),
    (id) => cellsOfApi([...(members.get(id) ?? [])]),
  )
  const totals = new Map<string, readonly (typeof standing)[number][]>()
  const inTotal = new RowComparison('registry in the API: engagement of a whole period', answered, totals, (rows) =>
    cellsOfApi([...rows]),
  )
  const [from, until] = [Math.min(...starts), Math.max(...starts) + 3_600_000]
  for (const authorGroup of new Set(hours.map(([, window]) => window.authorGroup))) {
    const told = await asked<EngagementAnswer>(
      url,
      `/api/v1/engagement?authorGroup=${encodeURIComponent(authorGroup)}&from=${from}&until=${until}`,
    )
    const { points, total } = told
    for (const point of points)
      inApi.take(
        key('*', 'all', '*', authorGroup, 'hour', point['start']),
        answered.map((name) => figureOf(point[name])),
      )
    // beyond two weeks the period is one of whole days
    const inPeriod = (row: (typeof standing)[number]) =>
      Number(row['observedAt']) >= told.from && Number(row['observedAt']) < told.until
    totals.set(
      authorGroup,
      standing.filter((row) => inPeriod(row) && (authorGroup === '*' || row['authorGroup'] === authorGroup)),
    )
    inTotal.take(
      authorGroup,
      answered.map((name) => figureOf(total[name])),
    )
  }
  return [overWindows.end(), inApi.end(), inTotal.end()]
}
