import { yaml } from '../yaml.js'
import { alerting } from './alerts.js'
import { clickhouse, dashboards, prometheus } from './dashboards.js'

/** Where the store is asked: a ClickHouse server, or the interface of an embedded one. */
const datasources = {
  apiVersion: 1,
  datasources: [
    { name: 'Prometheus', ...prometheus, url: '$PROMETHEUS_URL', isDefault: true },
    {
      ...{ name: 'ClickHouse', ...clickhouse },
      jsonData: {
        ...{
          protocol: 'http',
          host: '$CLICKHOUSE_HOST',
          port: '$CLICKHOUSE_PORT',
          username: '$CLICKHOUSE_GRAFANA_USER',
        },
        defaultDatabase: 'pulso',
      },
      secureJsonData: { password: '$CLICKHOUSE_GRAFANA_PASSWORD' },
    },
  ],
}

const providers = {
  apiVersion: 1,
  providers: [
    {
      ...{ name: 'pulso', orgId: 1, folder: 'Pulso', type: 'file', disableDeletion: true, allowUiUpdates: false },
      options: { path: '/var/lib/grafana/dashboards/pulso' },
    },
  ],
}

/** Every file that Grafana is provisioned with, by its path in the project. */
export const grafanaFiles: ReadonlyMap<string, string> = new Map([
  ['grafana/provisioning/datasources/pulso.yaml', head('Data sources') + yaml(datasources)],
  ['grafana/provisioning/dashboards/pulso.yaml', head('Where dashboards are') + yaml(providers)],
  ['grafana/provisioning/alerting/pulso.yaml', head('Alert rules') + yaml(escaped(alerting))],
  ...Object.entries(dashboards).map(
    ([name, dashboard]) => [`grafana/dashboards/${name}.json`, `${JSON.stringify(dashboard, null, 2)}\n`] as const,
  ),
])

function head(what: string): string {
  return `# ${what}. Generated from schemas/grafana: change it there, then run npm run docs.\n`
}

/** Grafana takes what follows a dollar sign in alerts for a variable of the environment, and two of them for the sign. */
function escaped(value: object): object {
  return JSON.parse(JSON.stringify(value).replaceAll('$', '$$$$'))
}
