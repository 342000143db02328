import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, RowComparison } from '../comparison.js'
import type { Mention } from '../oracle/changes.js'
import { mentionMetrics, type Said } from '../oracle/metrics.js'
import type { Expected } from '../oracle/oracle.js'
import { saidWords } from '../oracle/reading.js'
import { numberOf, queried } from '../reading.js'
import { key } from './figures.js'
import { asked, day, dayOf, figureOf, nothingBeside, periodOf, saidOf, type Told, termsAsked } from './told.js'

/** As many words as one answer has. */
const mostWords = 500
const hour = 3_600_000

/**
 * Emerging words, of which the stream gives only the windows in which many say them: their figures by every way that tells
 * one of a time, against the mentions that hold the word.
 */
export async function compareWords(
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
