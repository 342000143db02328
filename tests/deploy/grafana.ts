import { readYaml, textOf } from './files.js'

interface Target {
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly rawSql?: string
  readonly expr?: string
}
export interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly Target[]
}
interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
  readonly panels: readonly Panel[]
}
export interface Rule {
  readonly uid: string
  readonly title: string
  readonly condition: string
  readonly noDataState: string
  readonly execErrState: string
  readonly for: string
  readonly annotations: { readonly summary: string; readonly noData: string }
  readonly data: readonly {
    readonly refId: string
    readonly datasourceUid: string
    readonly relativeTimeRange: { readonly from: number; readonly to: number }
    readonly model: Target & { readonly expression?: string }
  }[]
}

const names = ['trends', 'aspects', 'engagement', 'shifts', 'operations']
export const dashboards = names.map((name): Dashboard => JSON.parse(textOf(`grafana/dashboards/${name}.json`)))
export const panels = dashboards.flatMap((dashboard) => dashboard.panels)
/** As Grafana reads the file: two dollar signs are one. */
const { groups } = JSON.parse(
  JSON.stringify(readYaml<object>('grafana/provisioning/alerting/pulso.yaml')).replaceAll('$$', '$'),
) as { groups: readonly { readonly rules: readonly Rule[] }[] }
export const rules = groups.flatMap((group) => group.rules)

/**
 * Macros of the data source for ClickHouse, as its documentation expands them, and variables of a dashboard as Grafana
 * writes them with the format `sqlstring`.
 */
export function expanded(
  sql: string,
  from: number,
  to: number,
  variables: Readonly<Record<string, string>> = {},
): string {
  const seconds = (at: number) => Math.floor(at / 1_000)
  const text = sql
    .replaceAll(/\$__timeFilter\(([^)]+)\)/g, (_, column: string) => {
      return `${column} >= toDateTime(${seconds(from)}) AND ${column} <= toDateTime(${seconds(to)})`
    })
    .replaceAll('$__fromTime', `toDateTime(${seconds(from)})`)
    .replaceAll('$__toTime', `toDateTime(${seconds(to)})`)
    .replaceAll(/\$\{(\w+):sqlstring\}/g, (_, name: string) => `'${(variables[name] ?? '').replaceAll("'", "''")}'`)
  if (text.includes('$')) throw new Error(`a macro or variable is not expanded: ${text}`)
  return text
}
