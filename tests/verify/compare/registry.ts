import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, RowComparison } from '../comparison.js'
import { besideMetrics, comparedElsewhere } from '../oracle/beside.js'
import type { Mention } from '../oracle/changes.js'
import { engagementMetrics, mentionMetrics, type Said } from '../oracle/metrics.js'
import type { Expected } from '../oracle/oracle.js'
import type { Sums } from '../oracle/windows.js'
import { numberOf, queried } from '../reading.js'
import { compareChanges } from './changes.js'
import { compareWords } from './emerging-words.js'
import { key } from './figures.js'
import { asked, day, dayOf, figureOf, nothingBeside, periodOf, saidOf, type Told, termsAsked } from './told.js'

/** The mentions that stand in the end. */
export function standingMentions({ changes }: Pick<Expected, 'changes'>): readonly Mention[] {
  const standing = new Map<string, Mention>()
  for (const { mention, sign } of changes) {
    if (sign > 0) standing.set(mention.postId, mention)
    else standing.delete(mention.postId)
  }
  return [...standing.values()]
}

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
