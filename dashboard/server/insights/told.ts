import { engagementDefinitions } from '../../../schemas/metrics/engagement.js'
import { postColumns } from '../../../sinks/live/store-history.js'
import { engagementOfPeriod, engagementParams } from '../engagement-period.js'
import type { Insight, Query } from './insight.js'
import { Proof, type Prover } from './prover.js'
import { inBoth } from './sentences.js'
import type { About } from './trends.js'

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
