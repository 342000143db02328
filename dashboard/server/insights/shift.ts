import { postColumns } from '../../../sinks/live/store-history.js'
import type { Queries } from '../../../streams/engine/ports/analytics.js'
import type { Insight, Query } from './insight.js'
import { Proof, type Prover, type Subject } from './prover.js'
import { inBoth } from './sentences.js'
import { causeOf, headOf, kindOf, madeBy, measures, pushedOf, sinceOf, type ToldShift } from './shift-words.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

/** Each shift as it was told last by the end of the period: what came later is no part of it, nor are its posts. */
const toldBy =
  '(SELECT * FROM shifts WHERE end <= fromUnixTimestamp64Milli({until:Int64}) ORDER BY revision DESC LIMIT 1 BY shiftId)'

/** Of talk that rises, what repeats an author or a text makes it pushed: docs/shifts.md. */
const isPushed = 'ifNull(s.pushed, 0) >= 0.5'

const columns = `s.shiftId AS shiftId, s.shift AS shift, s.term AS term, s.source AS source, s.region AS region, s.measure AS measure,
  toUnixTimestamp64Milli(s.openedAt) AS opened, toUnixTimestamp64Milli(s.end) AS toldUntil, s.state != 'closed' AS open,
  s.causes[1] AS cause`

/**
 * Shifts that were open within the period, as they were told last by its end: those still open and the most severe first, what is
 * pushed behind what is not, and what is of the whole subject before what is of a part of it. Of a board with regions or sources,
 * those of its regions and sources alone.
 */
export async function shiftInsights(
  store: Queries,
  prover: Prover,
  { from, until, region, filter }: Subject,
  most: number,
): Promise<readonly Insight[]> {
  const shifts = await store.query<ToldShift>(
    `SELECT ${columns}
     FROM ${toldBy} AS s
     WHERE s.end > fromUnixTimestamp64Milli({from:Int64}) AND s.openedAt < fromUnixTimestamp64Milli({until:Int64})
       AND s.severity IN ('medium', 'high') AND ({region:String} = '*' OR s.region IN ('*', {region:String}))
       AND (empty({terms:Array(String)}) OR has({terms:Array(String)}, toString(s.term)))
       AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, toString(s.region)))
       AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, ifNull(toString(s.source), '')))
     ORDER BY s.state = 'closed', s.severity != 'high', ${isPushed}, s.region != {region:String}, s.openedAt DESC, s.shiftId
     LIMIT {most:UInt32}`,
    {
      params: {
        ...{ from, until, region, most, regions: filter?.regions ?? [], sources: filter?.sources ?? [] },
        terms: (filter?.terms ?? []).map(({ term }) => term),
      },
      timeout,
    },
  )
  return Promise.all(
    shifts.map((shift) =>
      shift.shift === 'silence' ? silenceInsight(prover, shift, until) : shiftInsight(prover, shift, until),
    ),
  )
}

/** The row of a shift: its numbers, and what the sentence says in words. */
const rowOf = ({ shiftId }: ToldShift, until: number): Query => ({
  sql: `SELECT s.observed AS observed, s.expected AS expected, s.effect AS effect, s.topAuthorShare AS topAuthorShare, s.pushed AS pushed,
  ${columns} FROM ${toldBy} AS s WHERE s.shiftId = {shiftId:String}`,
  params: { shiftId, until },
})

async function shiftInsight(prover: Prover, shift: ToldShift, until: number): Promise<Insight> {
  const { shiftId, measure } = shift
  const proof = new Proof(prover)
  const { observed, expected, effect, topAuthorShare, pushed } = await proof.take(rowOf(shift, until), {
    ...{ observed: 'observed', expected: 'expected', effect: 'effect' },
    ...{ topAuthorShare: 'topAuthorShare', pushed: 'pushed' },
  })
  const reposts = shift.cause === 'reposts' ? await repostsOf(proof, shift, until) : null
  const [head, kind, since] = [headOf(shift), kindOf(shift, effect ?? 0), sinceOf(shift)]
  const [named, cause] = [measures[measure], causeOf(shift, effect ?? 0)]
  const each = named.isCount ? { es: ' por cuarto de hora', en: ' a quarter of an hour' } : { es: '', en: '' }
  const text = inBoth(
    (said) =>
      `${head.es}, ${kind.es} ${named.es} ${since.es}: ${said.significant(observed ?? 0)} en vez de ${said.significant(expected ?? 0)}${each.es}.${pushedOf(said, pushed).es}${cause.es}${madeBy(said, measure, topAuthorShare, reposts).es}`,
    (said) =>
      `${head.en}, ${kind.en} ${named.en} ${since.en}: ${said.significant(observed ?? 0)} instead of ${said.significant(expected ?? 0)}${each.en}.${pushedOf(said, pushed).en}${cause.en}${madeBy(said, measure, topAuthorShare, reposts).en}`,
  )
  const posts: Query = {
    sql: `SELECT ${postColumns} FROM mentions AS m
WHERE m.createdAt < fromUnixTimestamp64Milli({until:Int64})
  AND m.postId IN (SELECT arrayJoin(s.evidence) FROM ${toldBy} AS s WHERE s.shiftId = {shiftId:String})
GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC`,
    params: { shiftId, until },
  }
  return {
    ...{ id: `shift:${shiftId}`, kind: 'shift', text, derived: { effect, repostShare: reposts } },
    ...{ queries: proof.queries, numbers: proof.numbers },
    posts: { query: posts, shown: await prover.posts(posts) },
  }
}

/** A feed that fell silent, which is no drop of what it talked of: shown by what was heard of it last. */
async function silenceInsight(prover: Prover, shift: ToldShift, until: number): Promise<Insight> {
  const { shiftId, source, opened, open, toldUntil } = shift
  const proof = new Proof(prover)
  const { observed, expected, effect } = await proof.take(rowOf(shift, until), {
    ...{ observed: 'observed', expected: 'expected', effect: 'effect' },
  })
  // what is heard of a feed lies right before its silence
  const heard = `m.createdAt < fromUnixTimestamp64Milli({opened:Int64})
  AND m.createdAt >= fromUnixTimestamp64Milli({opened:Int64}) - INTERVAL 1 DAY
  AND isNull(m.repostOf) AND ({source:String} = '' OR m.source = {source:String})`
  const params = { opened, source: source ?? '' }
  const { lastHeard } = await proof.take(
    {
      sql: `SELECT if(count() = 0, NULL, max(at)) AS lastHeard FROM (SELECT toUnixTimestamp64Milli(m.createdAt) AS at
  FROM mentions AS m WHERE ${heard} GROUP BY m.postId, m.revision, at HAVING sum(m.sign) > 0)`,
      params,
    },
    { lastHeard: 'lastHeard' },
  )
  const isAll = source === null
  const text = inBoth(
    (said) => {
      const last = lastHeard === null ? '' : ` (lo último llegó el ${said.instant(lastHeard)})`
      const since = `el ${said.instant(opened)}${last}`
      const who = isAll ? 'Todas las fuentes' : `La fuente «${source}»`
      const what = open
        ? `${isAll ? 'callaron' : 'calló'} ${since} y ${isAll ? 'siguen' : 'sigue'} en silencio`
        : `${isAll ? 'estuvieron' : 'estuvo'} en silencio desde ${since} hasta el ${said.instant(toldUntil)}`
      return `${who} ${what}: ${said.significant(observed ?? 0)} en vez de ${said.significant(expected ?? 0)} menciones por cuarto de hora. Es una fuente que dejó de llegar, no una caída de lo que se dice.`
    },
    (said) => {
      const last = lastHeard === null ? '' : ` (the last thing came on ${said.instant(lastHeard)})`
      const since = `${said.instant(opened)}${last}`
      const who = isAll ? 'All sources' : `The source “${source}”`
      const what = open
        ? `fell silent on ${since} and still ${isAll ? 'are' : 'is'}`
        : `${isAll ? 'were' : 'was'} silent from ${since} until ${said.instant(toldUntil)}`
      return `${who} ${what}: ${said.significant(observed ?? 0)} instead of ${said.significant(expected ?? 0)} mentions a quarter of an hour. It is a feed from which nothing came, no drop of what is said.`
    },
  )
  const posts: Query = {
    sql: `SELECT ${postColumns} FROM mentions AS m
WHERE ${heard}
GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC`,
    params,
  }
  return {
    ...{ id: `shift:${shiftId}`, kind: 'shift', text, derived: { effect } },
    ...{ queries: proof.queries, numbers: proof.numbers },
    posts: { query: posts, shown: await prover.posts(posts) },
  }
}

/** The part of reposts of what was said of the series while it was off. */
async function repostsOf(proof: Proof, shift: ToldShift, until: number): Promise<number | null> {
  const { term, source, region, opened, toldUntil } = shift
  const sql = `SELECT sumIf(m.sign, isNotNull(m.repostOf)) AS reposts, sum(m.sign) AS voices FROM mentions AS m
WHERE m.createdAt >= fromUnixTimestamp64Milli({opened:Int64}) AND m.createdAt < fromUnixTimestamp64Milli({toldUntil:Int64})
  AND ({term:String} = '*' OR arrayExists(one -> one.term = {term:String}, m.terms))
  AND ({source:String} = '' OR m.source = {source:String}) AND ({region:String} = '*' OR m.region = {region:String})`
  const params = { term, source: source ?? '', region, opened, toldUntil: Math.min(toldUntil, until) }
  const { reposts, voices } = await proof.take({ sql, params }, { reposts: 'reposts', voices: 'voices' })
  return voices === null || voices <= 0 ? null : (reposts ?? 0) / voices
}
