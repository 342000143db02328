import { leastScored } from '../interval.js'
import type { Unit } from '../metrics/definition.js'
import { engagementDefinitions } from '../metrics/engagement.js'
import { metrics } from '../metrics.js'

/** A query of ClickHouse as Grafana's data source sends it, once its macros and the variables of the dashboard stand for values. */
export interface Figure {
  readonly title: string
  readonly description: string
  readonly unit: 'short' | 'percentunit' | 'none'
  readonly sql: string
}

/** A variable of a dashboard as a text in SQL: Grafana puts quotes around it and doubles those in it. */
export const variable = (name: string): string => `\${${name}:sqlstring}`
/**
 * Windows that begin within the time that is shown, whose end is no part of it: `$__timeFilter` takes in what begins at the
 * end as well, a whole window of which nothing is shown.
 */
const beginsWithin = (column: string): string => `${column} >= $__fromTime AND ${column} < $__toTime`
const units: Readonly<Record<Unit, Figure['unit']>> = {
  ...{ count: 'short', fraction: 'percentunit', balance: 'none', balanceDifference: 'none', perHour: 'short' },
  ...{
    perHundredThousand: 'short',
    factor: 'short',
    probability: 'percentunit',
    deviations: 'short',
    ofMeasure: 'short',
  },
  ...{ verdict: 'none', yesNo: 'none', instant: 'none' },
}

/** Each metric of mentions that windows can tell, hour by hour. */
export const trendFigures: readonly Figure[] = Object.values(metrics).flatMap((metric): Figure[] =>
  metric.overTrends === null
    ? []
    : [
        {
          ...{ title: metric.label.en, description: metric.description.en, unit: units[metric.unit] },
          sql: hourly('terms_by_hour_view', metric.overTrends),
        },
      ],
)

/** Each metric of engagement, hour by hour. */
export const engagementFigures: readonly Figure[] = Object.values(engagementDefinitions).map((metric) => ({
  ...{ title: metric.label.en, description: metric.description.en, unit: units[metric.unit] },
  sql: hourly('engagement_latest', metric.overEngagement, "AND t.window = 'hour' AND t.authorGroup = '*' "),
}))

const ofAspects = `a.term = ${variable('term')} AND a.region = ${variable('region')}`

/** Up to two days are shown by hours: no midnight may be among them. */
const isShort = '$__toTime - $__fromTime <= 172800'
const aspectColumns = 'aspect, start, mentions, reposts, negative, neutral, positive'
const aspectRows = (view: string, condition: string): string =>
  `SELECT ${aspectColumns} FROM ${view} AS a WHERE ${condition} AND ${ofAspects} AND ${beginsWithin('a.start')}`
const aspectWindows = `${aspectRows('aspects_by_day_view', `NOT (${isShort})`)} UNION ALL ${aspectRows('aspects_by_hour_view', isShort)}`

/** Each metric that roll-ups of aspects can tell, day by day of Lima, a line each aspect: an hour of one says little. */
export const aspectFigures: readonly Figure[] = Object.values(metrics).flatMap((metric): Figure[] =>
  metric.overAspects === null
    ? []
    : [
        {
          ...{ title: `${metric.label.en} by aspect`, unit: units[metric.unit] },
          description: `Of what is said of the aspect, by days of Lima that begin within the time that is shown, or by hours where that is two days at most; the last may still run. ${metric.description.en}${metric.unit === 'count' ? '' : ` None with fewer than ${leastScored} mentions.`}`,
          sql:
            `SELECT w.start AS time, w.aspect AS aspect, ${metric.overAspects} AS figure ` +
            `FROM (${aspectWindows}) AS w GROUP BY time, aspect ORDER BY time, aspect`,
        },
      ],
)

/** The alias is none of the columns that the formula adds up. */
function hourly(view: string, formula: string, more = ''): string {
  return (
    `SELECT t.start AS time, ${formula} AS figure FROM ${view} AS t ` +
    `WHERE t.term = ${variable('term')} AND t.region = ${variable('region')} ${more}` +
    `AND ${beginsWithin('t.start')} GROUP BY t.start ORDER BY time`
  )
}

/** What is talked of most; of words those that are emerging within the time. */
export const topTerms =
  `SELECT t.term AS term, t.kind AS kind, ${metrics.volume.overTrends} AS volume, ${metrics.balance.overTrends} AS balance ` +
  `FROM terms_by_hour_view AS t WHERE t.term != '*' AND t.region = ${variable('region')} AND ${beginsWithin('t.start')} ` +
  "AND (t.kind != 'word' OR t.term IN (SELECT w.term FROM trends AS w WHERE w.kind = 'word' AND w.window = 'hour' " +
  `AND w.region = ${variable('region')} AND ${beginsWithin('w.start')})) ` +
  'GROUP BY t.term, t.kind ORDER BY volume DESC, term LIMIT 25'

/** Shifts that were open within the time that is shown, as they were told last. */
export const shiftList =
  'SELECT s.openedAt AS opened, s.end AS until, s.state AS state, s.severity AS severity, s.shift AS kind, ' +
  'if(isNull(s.source), s.term, assumeNotNull(s.source)) AS what, s.region AS region, s.measure AS measure, ' +
  's.expected AS expected, s.observed AS observed, s.effect AS effect, s.pValue AS pValue, ' +
  "s.topAuthorShare AS topAuthorShare, s.pushed AS pushed, arrayStringConcat(s.causes, ', ') AS causes " +
  'FROM shifts_latest AS s WHERE s.end > $__fromTime AND s.openedAt < $__toTime ORDER BY opened DESC LIMIT 200'

/** How many were opened, by severity. */
export const shiftsOpened =
  "SELECT toStartOfHour(s.start) AS time, countIf(s.severity = 'high') AS high, countIf(s.severity = 'medium') AS medium, " +
  "countIf(s.severity = 'low') AS low FROM shifts AS s WHERE s.state = 'opened' AND " +
  `${beginsWithin('toStartOfHour(s.start)')} GROUP BY time ORDER BY time`

/** Open shifts that were told within the time, a row each with the value 1; at its end is what is told of the window that just ended. What changes while a shift is open is no label: it would be another alert. */
export const openShifts = (condition: string): string =>
  'SELECT if(isNull(s.source), s.term, assumeNotNull(s.source)) AS what, s.region AS region, s.measure AS measure, ' +
  's.shiftId AS shift, toFloat64(1) AS value ' +
  `FROM shifts_latest AS s WHERE s.state != 'closed' AND s.end > $__fromTime AND s.end <= $__toTime AND ${condition} ORDER BY shift LIMIT 100`

export const variables = {
  term: "SELECT DISTINCT t.term FROM trends_latest AS t WHERE t.window = 'day' ORDER BY t.term LIMIT 5000",
  region: "SELECT DISTINCT t.region FROM trends_latest AS t WHERE t.window = 'day' ORDER BY t.region",
} as const
