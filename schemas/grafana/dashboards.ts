import { shiftDefinitions } from '../metrics/shifts.js'
import { aspectList } from './aspect-list.js'
import {
  aspectFigures,
  engagementFigures,
  type Figure,
  shiftList,
  shiftsOpened,
  topTerms,
  trendFigures,
  variables,
} from './sql.js'

/** Data sources by their identities, which dashboards and alerts name. */
export const clickhouse = { type: 'grafana-clickhouse-datasource', uid: 'pulso-clickhouse' } as const
export const prometheus = { type: 'prometheus', uid: 'pulso-prometheus' } as const

interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A query as the data source for ClickHouse takes it. */
export const clickhouseTarget = (rawSql: string, queryType: 'timeseries' | 'table') => ({
  ...{ refId: 'A', datasource: clickhouse, editorType: 'sql', queryType, rawSql },
  format: queryType === 'timeseries' ? 0 : 1,
})

const timeseries = (id: number, { title, description, unit, sql }: Figure, gridPos: Place) => ({
  ...{ id, type: 'timeseries', title, description, gridPos, datasource: clickhouse },
  fieldConfig: { defaults: { unit, displayName: title, custom: { spanNulls: false } }, overrides: [] },
  options: { legend: { showLegend: false }, tooltip: { mode: 'multi' } },
  targets: [clickhouseTarget(sql, 'timeseries')],
})

/** A line for each value of a label, called after it. */
const timeseriesBy = (id: number, label: string, figure: Figure, gridPos: Place) => {
  const panel = timeseries(id, figure, gridPos)
  const defaults = { ...panel.fieldConfig.defaults, displayName: `\${__field.labels.${label}}` }
  return {
    ...panel,
    fieldConfig: { ...panel.fieldConfig, defaults },
    options: { ...panel.options, legend: { showLegend: true } },
  }
}

const table = (id: number, title: string, description: string, sql: string, gridPos: Place) => ({
  ...{ id, type: 'table', title, description, gridPos, datasource: clickhouse },
  fieldConfig: { defaults: {}, overrides: [] },
  options: { showHeader: true },
  targets: [clickhouseTarget(sql, 'table')],
})

/** A figure of Prometheus over time. */
const measured = (id: number, title: string, description: string, expr: string, legend: string, gridPos: Place) => ({
  ...{ id, type: 'timeseries', title, description, gridPos, datasource: prometheus },
  fieldConfig: { defaults: { unit: 'short' }, overrides: [] },
  options: { legend: { showLegend: true }, tooltip: { mode: 'multi' } },
  targets: [{ refId: 'A', datasource: prometheus, expr, legendFormat: legend }],
})

const chosen = (name: keyof typeof variables, label: string) => ({
  ...{ name, label, type: 'query', datasource: clickhouse, query: variables[name], refresh: 2, sort: 1 },
  ...{ includeAll: false, multi: false, current: { text: '*', value: '*' }, options: [], hide: 0 },
})

function dashboard(uid: string, title: string, asked: readonly (keyof typeof variables)[], panels: readonly object[]) {
  const labels = { term: 'Term', region: 'Region' } as const
  return {
    ...{ uid, title, tags: ['pulso'], timezone: 'America/Lima', schemaVersion: 39, version: 1, editable: false },
    ...{ time: { from: 'now-7d', to: 'now' }, refresh: '1m', graphTooltip: 1 },
    templating: { list: asked.map((name) => chosen(name, labels[name])) },
    annotations: { list: [] },
    panels,
  }
}

const [width, height] = [12, 8]
/** Two in a row. */
const placed = (index: number, from = 0): Place => ({
  x: (index % 2) * width,
  y: from + Math.floor(index / 2) * height,
  w: width,
  h: height,
})
const wide = (y: number): Place => ({ x: 0, y, w: 2 * width, h: 10 })
const rowsOf = (figures: readonly Figure[]): number => Math.ceil(figures.length / 2) * height

/** The dashboards, by the name of their file. */
export const dashboards: Readonly<Record<string, object>> = {
  trends: dashboard(
    'pulso-trends',
    'Pulso: trends',
    ['term', 'region'],
    [
      ...trendFigures.map((figure, index) => timeseries(index + 1, figure, placed(index))),
      table(
        100,
        'Top terms',
        'By mentions, of the hours that begin within the time that is shown.',
        topTerms,
        wide(rowsOf(trendFigures)),
      ),
    ],
  ),
  engagement: dashboard(
    'pulso-engagement',
    'Pulso: engagement',
    ['term', 'region'],
    engagementFigures.map((figure, index) => timeseries(index + 1, figure, placed(index))),
  ),
  aspects: dashboard(
    'pulso-aspects',
    'Pulso: aspects',
    ['term', 'region'],
    [
      ...aspectFigures.map((figure, index) => timeseriesBy(index + 1, 'aspect', figure, placed(index))),
      table(
        100,
        'Aspects',
        'What reviews, and posts about food, say of each aspect, in the whole hours within the time that is shown that are over; where there is none, in the last hour that is. Before: in the same hours of as much time before it, as far as the store keeps mentions. The two are compared of the sources that were heard in both, as on the board: sources that are new, or were silent in one of them, are in neither.',
        aspectList,
        wide(rowsOf(aspectFigures)),
      ),
    ],
  ),
  shifts: dashboard(
    'pulso-shifts',
    'Pulso: shifts',
    [],
    [
      timeseries(
        1,
        {
          ...{ title: 'Opened', unit: 'short', sql: shiftsOpened },
          description: shiftDefinitions.shiftsOpened.description.en,
        },
        { x: 0, y: 0, w: 2 * width, h: height },
      ),
      table(
        2,
        'Shifts',
        'Those that were open within the time that is shown, each as it was told last.',
        shiftList,
        wide(height),
      ),
    ],
  ),
  operations: dashboard(
    'pulso-operations',
    'Pulso: operations',
    [],
    [
      measured(1, 'Lag', 'Records that a group has still to read.', 'pulso:lag_records', '{{group}}', placed(0)),
      measured(
        2,
        'Dead letters',
        'Records a second that could not be processed.',
        'sum by (stage) (rate(pulso_records_dead_lettered_total[5m]))',
        '{{stage}}',
        placed(1),
      ),
      measured(
        3,
        'Read',
        'Records a second that were read.',
        'sum by (stage) (rate(pulso_records_read_total[5m]))',
        '{{stage}}',
        placed(2),
      ),
      measured(
        4,
        'Late',
        'Records a second that came after their windows were closed.',
        'sum by (stage) (rate(pulso_records_late_total[5m]))',
        '{{stage}}',
        placed(3),
      ),
    ],
  ),
}
