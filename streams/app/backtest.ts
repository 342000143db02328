import { alerts } from '../../schemas/grafana/alerts.js'

/** Names of the rules that ask for shifts, and what they ask for. */
export const backtestable: ReadonlyMap<string, string> = new Map(
  alerts.flatMap(({ uid, query }) => ('shifts' in query ? [[uid.replace(/^pulso-/, ''), query.shifts] as const] : [])),
)

/** An alert that a rule would have raised. Times are milliseconds since 1970. */
export interface RaisedAlert {
  readonly shiftId: string
  readonly what: string
  readonly region: string
  readonly measure: string
  readonly shift: string
  readonly severity: string
  readonly raisedAt: number
  /** When it was over, or no longer what the rule asks for, as where the rule is asked live; or told last. */
  readonly until: number
  readonly effect: number
}

/** What a rule would have raised in a period, what it would have cost, and what it would have caught. */
export interface Backtest {
  readonly alerts: readonly RaisedAlert[]
  readonly perWeek: number
  /** Shifts that were told in the period in all. */
  readonly shifts: number
  /** Of the shifts of each kind and severity that were told, at their last telling in the period: how many it would have raised. */
  readonly caught: readonly Caught[]
}

export interface Caught {
  readonly shift: string
  readonly severity: string
  readonly told: number
  readonly raised: number
}

/** Asks the store; gives rows as JSON, a line each. */
export type Ask = (
  sql: string,
  params: Readonly<Record<string, string>>,
) => Promise<readonly Readonly<Record<string, unknown>>[]>

const week = 7 * 86_400_000

/**
 * Plays a rule over the shifts that were told from `from` to before `to`: it is raised by the first telling of a shift
 * that it asks for, and over when the shift is.
 */
export async function backtest(ask: Ask, condition: string, from: number, to: number): Promise<Backtest> {
  const params = { from: String(from), to: String(to) }
  const within = 's.end >= fromUnixTimestamp64Milli({from:Int64}) AND s.end < fromUnixTimestamp64Milli({to:Int64})'
  const rows = await ask(
    `SELECT s.shiftId AS shiftId, any(if(isNull(s.source), s.term, assumeNotNull(s.source))) AS what,
       any(s.region) AS region, any(s.measure) AS measure, argMax(s.shift, s.revision) AS shift,
       argMax(s.severity, (s.state != 'closed', s.revision)) AS severity, argMax(s.effect, s.revision) AS effect,
       toUnixTimestamp64Milli(minIf(s.end, s.isAsked)) AS raisedAt,
       toUnixTimestamp64Milli(if(countIf(s.isPast) > 0, minIf(s.end, s.isPast), max(s.end))) AS until
     FROM (
       SELECT s.*, s.state != 'closed' AND ${condition} AS isAsked,
         NOT isAsked AND s.revision > min(if(isAsked, s.revision, NULL)) OVER (PARTITION BY s.shiftId) AS isPast
       FROM shifts AS s WHERE ${within}
     ) AS s
     GROUP BY s.shiftId HAVING countIf(s.isAsked) > 0 ORDER BY raisedAt, shiftId`,
    params,
  )
  const told = await ask(
    `SELECT one.1 AS shift, one.2 AS severity, count() AS told, countIf(isRaised) AS raised
     FROM (SELECT (argMax(s.shift, s.revision), argMax(s.severity, (s.state != 'closed', s.revision))) AS one, countIf(s.state != 'closed' AND ${condition}) > 0 AS isRaised
       FROM shifts AS s WHERE ${within} GROUP BY s.shiftId)
     GROUP BY shift, severity ORDER BY indexOf(['high', 'medium', 'low'], severity), shift`,
    params,
  )
  const raised = rows.map(
    (row): RaisedAlert => ({
      ...{ shiftId: String(row['shiftId']), what: String(row['what']), region: String(row['region']) },
      ...{ measure: String(row['measure']), shift: String(row['shift']), severity: String(row['severity']) },
      ...{ raisedAt: Number(row['raisedAt']), until: Number(row['until']), effect: Number(row['effect']) },
    }),
  )
  const caught = told.map(
    (row): Caught => ({
      ...{ shift: String(row['shift']), severity: String(row['severity']) },
      ...{ told: Number(row['told']), raised: Number(row['raised']) },
    }),
  )
  return {
    alerts: raised,
    perWeek: (raised.length * week) / (to - from),
    shifts: caught.reduce((sum, { told: count }) => sum + count, 0),
    caught,
  }
}
