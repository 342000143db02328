import type { Text } from '../../../schemas/metrics/definition.js'
import { engagementDefinitions } from '../../../schemas/metrics/engagement.js'
import { regions } from '../../../schemas/regions.js'
import type { ShiftMeasure } from '../../../schemas/shift.js'
import { postColumns } from '../../../sinks/live/store-history.js'
import type { Queries } from '../../../streams/engine/ports/analytics.js'
import { engagementOfPeriod, engagementParams } from '../engagement-period.js'
import type { Insight, Query } from './insight.js'
import { Proof, type Prover, type Subject } from './prover.js'
import { inBoth } from './sentences.js'
import type { About } from './trends.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

/** Each shift as it was told last by the end of the period: what came later is no part of it, nor are its posts. */
const toldBy =
  '(SELECT * FROM shifts WHERE end <= fromUnixTimestamp64Milli({until:Int64}) ORDER BY revision DESC LIMIT 1 BY shiftId)'

/** How a measure is said: with a verb of many or of one, and of a quarter of an hour where it is a count. */
interface Said extends Text {
  readonly isCount: boolean
}

const measures: Readonly<Record<ShiftMeasure, Said>> = {
  mentions: { es: 'las menciones', en: 'mentions', isCount: true },
  authors: { es: 'los autores', en: 'authors', isCount: true },
  netSentiment: { es: 'el balance de sentimiento', en: 'the sentiment balance', isCount: false },
  shareOfVoice: { es: 'la cuota de voz', en: 'the share of voice', isCount: false },
  engagementRateByViews: { es: 'la interacción por vistas', en: 'engagement by views', isCount: false },
  engagementRateByReach: { es: 'la interacción por alcance', en: 'engagement by reach', isCount: false },
}

interface ToldShift {
  readonly shiftId: string
  readonly what: string
  /** Ubigeo of the department; `*` for all. */
  readonly region: string
  readonly measure: ShiftMeasure
  readonly opened: number
  readonly open: number
}

/**
 * Shifts that were open within the period, as they were told last by its end: the most severe first, and what is of the whole subject
 * before what is of a part of it. Of a board with regions or sources, those of its regions and sources alone.
 */
export async function shiftInsights(
  store: Queries,
  prover: Prover,
  { from, until, region, filter }: Subject,
  most: number,
): Promise<readonly Insight[]> {
  const shifts = await store.query<ToldShift>(
    `SELECT s.shiftId AS shiftId, if(isNull(s.source), s.term, assumeNotNull(s.source)) AS what, s.region AS region, s.measure AS measure,
       toUnixTimestamp64Milli(s.openedAt) AS opened, s.state != 'closed' AS open
     FROM ${toldBy} AS s
     WHERE s.end > fromUnixTimestamp64Milli({from:Int64}) AND s.openedAt < fromUnixTimestamp64Milli({until:Int64})
       AND s.severity IN ('medium', 'high') AND ({region:String} = '*' OR s.region IN ('*', {region:String}))
       AND (empty({terms:Array(String)}) OR has({terms:Array(String)}, toString(s.term)))
       AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, toString(s.region)))
       AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, ifNull(toString(s.source), '')))
     ORDER BY s.state = 'closed', s.severity != 'high', s.region != {region:String}, s.openedAt DESC, s.shiftId
     LIMIT {most:UInt32}`,
    {
      params: {
        ...{ from, until, region, most, regions: filter?.regions ?? [], sources: filter?.sources ?? [] },
        terms: (filter?.terms ?? []).map(({ term }) => term),
      },
      timeout,
    },
  )
  return Promise.all(shifts.map((shift) => shiftInsight(prover, shift, until)))
}

/** What it is of, at the head of a sentence. */
function headOf(what: string, region: string): Text {
  const place = regions.find(({ code }) => code === region)?.name ?? region
  if (what === '*')
    return region === '*' ? { es: 'En conjunto', en: 'Overall' } : { es: `En ${place}`, en: `In ${place}` }
  const there = region === '*' ? '' : ` (${place})`
  return { es: `En «${what}»${there}`, en: `Of “${what}”${there}` }
}

async function shiftInsight(prover: Prover, shift: ToldShift, until: number): Promise<Insight> {
  const { shiftId, what, region, measure, opened, open } = shift
  const proof = new Proof(prover)
  const params = { shiftId, until }
  const query: Query = {
    sql: `SELECT s.observed AS observed, s.expected AS expected, s.effect AS effect FROM ${toldBy} AS s WHERE s.shiftId = {shiftId:String}`,
    params,
  }
  const { observed, expected, effect } = await proof.take(query, {
    observed: 'observed',
    expected: 'expected',
    effect: 'effect',
  })
  const head = headOf(what, region)
  const named = measures[measure]
  const verb = named.isCount
    ? { es: open ? 'están' : 'estuvieron', en: open ? 'are' : 'were' }
    : { es: open ? 'está' : 'estuvo', en: open ? 'is' : 'was' }
  const each = named.isCount ? { es: ' por cuarto de hora', en: ' a quarter of an hour' } : { es: '', en: '' }
  const text = inBoth(
    (said) =>
      `${head.es}, ${named.es} ${verb.es} fuera de lo habitual desde el ${said.instant(opened)}: ${said.significant(observed ?? 0)} en vez de ${said.significant(expected ?? 0)}${each.es}.`,
    (said) =>
      `${head.en}, ${named.en} ${verb.en} out of the usual since ${said.instant(opened)}: ${said.significant(observed ?? 0)} instead of ${said.significant(expected ?? 0)}${each.en}.`,
  )
  const posts: Query = {
    sql: `SELECT ${postColumns} FROM mentions AS m
WHERE m.createdAt < fromUnixTimestamp64Milli({until:Int64})
  AND m.postId IN (SELECT arrayJoin(s.evidence) FROM ${toldBy} AS s WHERE s.shiftId = {shiftId:String})
GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC`,
    params,
  }
  return {
    ...{
      id: `shift:${shiftId}`,
      kind: 'shift',
      text,
      queries: proof.queries,
      numbers: proof.numbers,
      derived: { effect },
    },
    posts: { query: posts, shown: await prover.posts(posts) },
  }
}

/** Each rate with its two sides, and how the lower one is said. */
const rates = [
  {
    ...{ definition: engagementDefinitions.engagementRateByViews, above: 'viewedInteractions', below: 'viewedViews' },
    noun: { es: 'vistas', en: 'views' },
  },
  {
    ...{ definition: engagementDefinitions.engagementRateByReach, above: 'reachedInteractions', below: 'reachedReach' },
    noun: { es: 'personas alcanzadas', en: 'people reached' },
  },
  {
    ...{
      definition: engagementDefinitions.engagementRateByFollowers,
      above: 'followedInteractions',
      below: 'followers',
    },
    noun: { es: 'seguidores, una vez por publicación', en: 'followers, once a post' },
  },
] as const

/** Reactions of an observation: what was gained since the one before, and what was there when it was told first. */
const reactions = 'sum(e.sign * (ifNull(e.interactionsGained, 0) + ifNull(e.interactionsOpened, 0)))'

/**
 * What posts gained between observations, and the first rate that is known, which counts what they had at first as well: of
 * the observations of the period, to the millisecond. Null where nobody observes posts, and on boards with a filter.
 */
export async function engagement(prover: Prover, { now }: About): Promise<Insight | null> {
  if (now.filter !== null) return null
  const proof = new Proof(prover)
  const { from, until, region } = now
  const columns = rates.map(
    ({ definition: { name, overEngagement }, above, below }) =>
      `${overEngagement} AS rate_${name}, sum(${above}) AS above_${name}, sum(${below}) AS below_${name}`,
  )
  const query: Query = {
    sql: `SELECT ${engagementDefinitions.interactions.overEngagement} AS gained, ${columns.join(', ')} FROM ${engagementOfPeriod} AS e`,
    params: engagementParams({ from, until, region, term: '*', kind: 'all', authorGroup: '*' }),
  }
  const row = await prover.row(query)
  const rate = rates.find(({ definition: { name } }) => typeof row[`rate_${name}`] === 'number')
  const names: Record<string, string> = { gained: 'gained' }
  if (rate !== undefined)
    for (const column of ['rate', 'above', 'below']) names[column] = `${column}_${rate.definition.name}`
  const { gained = null, rate: known = null, above = null, below = null } = await proof.take(query, names)
  if (gained === null && known === null) return null
  const text = inBoth(
    (said) => {
      const head =
        gained === null
          ? 'No se sabe cuántas interacciones ganaron las publicaciones observadas: ninguna reacción se observó dos veces'
          : `Las publicaciones observadas ${gained < 0 ? 'perdieron' : 'ganaron'} ${said.count(Math.abs(gained))} interacciones entre una observación y otra`
      return rate === undefined || known === null
        ? `${head}; nadie dice vistas, alcance ni seguidores, así que no hay tasa.`
        : `${head}; ${rate.definition.label.es.toLowerCase()}: ${said.percent(known)} (${said.count(above ?? 0)} interacciones, las que tenían al ser observadas por primera vez incluidas, y ${said.count(below ?? 0)} ${rate.noun.es}).`
    },
    (said) => {
      const head =
        gained === null
          ? 'How many interactions the observed posts gained is not known: no reaction was observed twice'
          : `Observed posts ${gained < 0 ? 'lost' : 'gained'} ${said.count(Math.abs(gained))} interactions between observations`
      return rate === undefined || known === null
        ? `${head}; nobody tells views, reach or followers, so that there is no rate.`
        : `${head}; ${rate.definition.label.en.toLowerCase()}: ${said.percent(known)} (${said.count(above ?? 0)} interactions, those that posts had when first observed included, and ${said.count(below ?? 0)} ${rate.noun.en}).`
    },
  )
  const posts: Query = {
    sql: `SELECT ${postColumns} FROM mentions AS m
WHERE m.postId IN (SELECT e.postId FROM post_engagements AS e
  WHERE e.observedAt >= fromUnixTimestamp64Milli({from:Int64}) AND e.observedAt < fromUnixTimestamp64Milli({until:Int64})
    AND toStartOfHour(e.observedAt) BETWEEN toStartOfHour(fromUnixTimestamp64Milli({from:Int64})) AND fromUnixTimestamp64Milli({until:Int64})
    AND ({region:String} = '*' OR e.region = {region:String})
  GROUP BY e.postId HAVING sum(e.sign) > 0 AND ${reactions} != 0 ORDER BY abs(${reactions}) DESC, e.postId LIMIT 5)
GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC`,
    params: { region, from, until },
  }
  return {
    ...{ id: `engagement:*:${from}-${until}`, kind: 'engagement', text, derived: {} },
    ...{ queries: proof.queries, numbers: proof.numbers },
    posts: { query: posts, shown: await prover.posts(posts) },
  }
}
