import { leastScored } from '../interval.js'
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
const variable = (name: string): string => `\${${name}:sqlstring}`
const units = {
  count: 'short',
  fraction: 'percentunit',
  balance: 'none',
  perHour: 'short',
  perHundredThousand: 'short',
} as const

/** Each metric of mentions that windows can tell, hour by hour. */
export const trendFigures: readonly Figure[] = Object.values(metrics).flatMap((metric): Figure[] =>
  metric.overTrends === null
    ? []
    : [
        {
          ...{ title: metric.label.en, description: metric.description.en, unit: units[metric.unit] },
          sql: hourly('trends_latest', metric.overTrends),
        },
      ],
)

/** Each metric of engagement, hour by hour. */
export const engagementFigures: readonly Figure[] = Object.values(engagementDefinitions).map((metric) => ({
  ...{ title: metric.label.en, description: metric.description.en, unit: units[metric.unit] },
  sql: hourly('engagement_latest', metric.overEngagement, "AND t.authorGroup = '*' "),
}))

const ofAspects = `a.term = ${variable('term')} AND a.region = ${variable('region')}`

/** Each metric that roll-ups of aspects can tell, day by day of Lima, a line each aspect: an hour of one says little. */
export const aspectFigures: readonly Figure[] = Object.values(metrics).flatMap((metric): Figure[] =>
  metric.overAspects === null
    ? []
    : [
        {
          ...{ title: `${metric.label.en} by aspect`, unit: units[metric.unit] },
          description: `Of what is said of the aspect. ${metric.description.en}${metric.unit === 'count' ? '' : ` None with fewer than ${leastScored} mentions.`}`,
          sql:
            `SELECT a.start AS time, a.aspect AS aspect, ${metric.overAspects} AS figure ` +
            `FROM aspects_by_day_view AS a WHERE ${ofAspects} AND $__timeFilter(a.start) GROUP BY time, aspect ORDER BY time, aspect`,
        },
      ],
)

/** What is said of each aspect by whole days of Lima: those that begin within the time that is shown, and as many before. */
export const aspectList =
  'SELECT aspect, maxIf(said, isNow) AS volume, maxIf(said, NOT isNow) AS volume_before, maxIf(mood, isNow) AS balance, ' +
  'maxIf(mood, NOT isNow) AS balance_before, maxIf(bad, isNow) AS negative, maxIf(middling, isNow) AS neutral, ' +
  `maxIf(good, isNow) AS positive, if(negative + neutral + positive < ${leastScored}, 'too few to say', '') AS note FROM (` +
  `SELECT a.aspect AS aspect, a.start >= $__fromTime AS isNow, ${metrics.volume.overAspects} AS said, ` +
  `${metrics.balance.overAspects} AS mood, sum(a.negative) AS bad, sum(a.neutral) AS middling, ` +
  `sum(a.positive) AS good FROM aspects_by_day_view AS a WHERE ${ofAspects} ` +
  'AND a.start >= $__fromTime - ($__toTime - $__fromTime) AND a.start <= $__toTime GROUP BY aspect, isNow' +
  ') GROUP BY aspect HAVING volume > 0 OR volume_before > 0 ORDER BY volume DESC, aspect'

/** The alias is none of the columns that the formula adds up. */
function hourly(view: string, formula: string, more = ''): string {
  return (
    `SELECT t.start AS time, ${formula} AS figure FROM ${view} AS t ` +
    `WHERE t.window = 'hour' AND t.term = ${variable('term')} AND t.region = ${variable('region')} ${more}` +
    'AND $__timeFilter(t.start) GROUP BY t.start ORDER BY time'
  )
}

/** What is talked of most. */
export const topTerms =
  `SELECT t.term AS term, t.kind AS kind, ${metrics.volume.overTrends} AS volume, ${metrics.balance.overTrends} AS balance ` +
  `FROM trends_latest AS t WHERE t.window = 'hour' AND t.term != '*' AND t.region = ${variable('region')} ` +
  'AND $__timeFilter(t.start) GROUP BY t.term, t.kind ORDER BY volume DESC LIMIT 25'

/** Shifts as they were told last. */
export const shiftList =
  'SELECT s.openedAt AS opened, s.end AS until, s.state AS state, s.severity AS severity, s.shift AS kind, ' +
  'if(isNull(s.source), s.term, assumeNotNull(s.source)) AS what, s.region AS region, s.measure AS measure, ' +
  's.expected AS expected, s.observed AS observed, s.effect AS effect, s.pValue AS pValue, ' +
  "s.topAuthorShare AS topAuthorShare, s.pushed AS pushed, arrayStringConcat(s.causes, ', ') AS causes " +
  'FROM shifts_latest AS s WHERE $__timeFilter(s.end) ORDER BY opened DESC LIMIT 200'

/** How many were opened, by severity. */
export const shiftsOpened =
  "SELECT toStartOfHour(s.start) AS time, countIf(s.severity = 'high') AS high, countIf(s.severity = 'medium') AS medium, " +
  "countIf(s.severity = 'low') AS low FROM shifts AS s WHERE s.state = 'opened' AND $__timeFilter(s.start) " +
  'GROUP BY time ORDER BY time'

/** Open shifts that were told within the time, a row each with the value 1. What changes while a shift is open is no label: it would be another alert. */
export const openShifts = (condition: string): string =>
  'SELECT if(isNull(s.source), s.term, assumeNotNull(s.source)) AS what, s.region AS region, s.measure AS measure, ' +
  's.shiftId AS shift, toFloat64(1) AS value ' +
  `FROM shifts_latest AS s WHERE s.state != 'closed' AND $__timeFilter(s.end) AND ${condition} ORDER BY shift LIMIT 100`

export const variables = {
  term: "SELECT DISTINCT t.term FROM trends_latest AS t WHERE t.window = 'day' ORDER BY t.term LIMIT 5000",
  region: "SELECT DISTINCT t.region FROM trends_latest AS t WHERE t.window = 'day' ORDER BY t.region",
} as const
