import { deadLetterShare, growingLag, type Limit } from '../prometheus/limits.js'
import { clickhouse, clickhouseTarget, prometheus } from './dashboards.js'
import { openShifts } from './sql.js'

export interface Alert {
  readonly uid: string
  readonly title: string
  readonly summary: string
  /** What no data means, for those who are woken or are not. */
  readonly noData: string
  readonly noDataState: 'OK' | 'Alerting'
  readonly severity: 'warning' | 'critical'
  /** How long it must hold, as Grafana writes durations. */
  readonly for: string
  /** Of open shifts (`s`) those that are meant, in SQL; or what is asked of Prometheus. */
  readonly query: { readonly shifts: string } | Limit
}

const noShift = 'No data: no such shift is open, which is as it should be.'
/** Open shifts are told again each hour: those of the last two are read. */
const told = 7_200
const evaluatedEvery = '1m'

/** What a shift is of, in the language of templates: `*` stands for everything, and for all regions. */
const subject =
  '{{ if eq $labels.what "*" }}everything{{ else }}{{ $labels.what }}{{ end }}' +
  '{{ if ne $labels.region "*" }} in region {{ $labels.region }}{{ end }}'

/** The alerts. Those of shifts ask the store, those of the engine ask Prometheus. */
export const alerts: readonly Alert[] = [
  {
    ...{ uid: 'pulso-engagement-shift', title: 'Engagement shift', noDataState: 'OK', severity: 'warning', for: '0s' },
    summary: `The engagement rate of ${subject} has shifted by 1.5 times or more`,
    noData: noShift,
    query: { shifts: "s.measure LIKE 'engagementRate%' AND s.severity IN ('medium', 'high')" },
  },
  {
    ...{ uid: 'pulso-sentiment-turn', title: 'Sentiment turn', noDataState: 'OK', severity: 'warning', for: '0s' },
    summary: `The sentiment on ${subject} has turned by 15 points or more`,
    noData: noShift,
    query: { shifts: "s.measure = 'netSentiment' AND s.severity IN ('medium', 'high')" },
  },
  {
    ...{ uid: 'pulso-spike', title: 'Spike', noDataState: 'OK', severity: 'warning', for: '0s' },
    summary: `There is far more talk of ${subject} than usual`,
    noData: noShift,
    query: { shifts: "s.measure IN ('mentions', 'authors', 'shareOfVoice') AND s.effect > 0 AND s.severity = 'high'" },
  },
  {
    ...{ uid: 'pulso-silent-source', title: 'Silent source', noDataState: 'OK', severity: 'critical', for: '0s' },
    summary: 'Nothing comes from {{ $labels.what }} any more',
    noData: 'No data: no source was told to be silent. A store that does not answer is an error, not this.',
    query: { shifts: "s.shift = 'silence'" },
  },
  {
    ...{ uid: 'pulso-lag', title: 'Consumer lag', noDataState: 'Alerting', severity: 'warning' },
    for: growingLag.for,
    summary: '{{ $labels.group }} has more than 100,000 records to read, and more by the minute',
    noData: 'No data: no worker tells its lag, so none may be running.',
    query: growingLag,
  },
  {
    ...{ uid: 'pulso-dead-letters', title: 'Dead letters', noDataState: 'OK', severity: 'warning' },
    for: deadLetterShare.for,
    summary: 'More than one record in a hundred of {{ $labels.stage }} cannot be processed',
    noData: 'No data: nothing was read, or nobody told of it; the alert on lag tells the difference.',
    query: deadLetterShare,
  },
]

function queryOf({ query }: Alert) {
  const isSql = 'shifts' in query
  const from = isSql ? told : 600
  return {
    ...{ refId: 'A', relativeTimeRange: { from, to: 0 }, datasourceUid: isSql ? clickhouse.uid : prometheus.uid },
    model: isSql
      ? clickhouseTarget(openShifts(query.shifts), 'table')
      : { refId: 'A', datasource: prometheus, expr: query.expr, instant: true, intervalMs: 60_000 },
  }
}

const expression = (refId: string, model: object) => ({
  ...{ refId, relativeTimeRange: { from: 0, to: 0 }, datasourceUid: '__expr__' },
  model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model },
})

/** The groups of rules, as Grafana provisions them. */
export const alerting = {
  apiVersion: 1,
  groups: [
    {
      ...{ orgId: 1, name: 'pulso', folder: 'Pulso', interval: evaluatedEvery },
      rules: alerts.map((alert) => ({
        ...{ uid: alert.uid, title: alert.title, condition: 'C' },
        data: [
          queryOf(alert),
          expression('B', { type: 'reduce', expression: 'A', reducer: 'last' }),
          expression('C', {
            ...{ type: 'threshold', expression: 'B' },
            conditions: [{ evaluator: { type: 'gt', params: ['shifts' in alert.query ? 0 : alert.query.above] } }],
          }),
        ],
        ...{ noDataState: alert.noDataState, execErrState: 'Error', for: alert.for },
        labels: { severity: alert.severity },
        annotations: { summary: alert.summary, noData: alert.noData },
      })),
    },
  ],
}
