import { yaml } from '../yaml.js'
import { deadLetterShare, growingLag, type Limit } from './limits.js'

interface Recorded {
  readonly record: string
  readonly expr: string
}
interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly severity: 'warning' | 'critical'
  readonly summary: string
  readonly remedy: string
}

/** As an alert of Prometheus asks. */
const beyond = ({ expr, above, for: lasting }: Limit) => ({ expr: `(${expr}) > ${above}`, for: lasting })

const recorded: readonly Recorded[] = [
  // Every worker tells the lag of all groups: the largest is the newest where they differ.
  { record: 'pulso:lag_records', expr: 'max by (group) (pulso_consumer_lag_records)' },
  // What more workers would help with: groups of stages end in the number of the stage.
  { record: 'pulso:stage_lag_records', expr: 'sum(pulso:lag_records{group=~".+[.][0-9]+"})' },
]

const alerts: readonly Alert[] = [
  {
    ...{ alert: 'PulsoDown', expr: 'up{job="pulso"} == 0', for: '2m', severity: 'warning' },
    summary: '{{ $labels.instance }} does not answer',
    remedy: 'Its last log lines say why it ended; others have taken its tasks over if any are left.',
  },
  {
    ...{ alert: 'PulsoAbsent', expr: 'absent(up{job="pulso"} == 1)', for: '2m', severity: 'critical' },
    summary: 'No worker answers, nothing is processed',
    remedy: 'Nothing is lost, input waits in its topics. Start a worker; pulso doctor names what is in its way.',
  },
  {
    ...{ alert: 'PulsoFallsBehind', ...beyond(growingLag), severity: 'warning' },
    summary: '{{ $labels.group }} has {{ $value | humanize }} records to read, and more by the minute',
    remedy: 'Start more workers, up to as many as partitions; or find the task that fails.',
  },
  {
    ...{ alert: 'PulsoTaskFails', expr: 'sum by (stage) (increase(pulso_task_failures_total[10m])) > 3' },
    severity: 'warning',
    summary: 'Tasks of {{ $labels.stage }} are thrown away and made anew',
    remedy: '/readyz of the worker says which task and why.',
  },
  {
    ...{ alert: 'PulsoDeadLetters', ...beyond(deadLetterShare), severity: 'warning' },
    summary: 'More than one record in a hundred of {{ $labels.stage }} cannot be processed',
    remedy: 'pulso dead-letters shows them with their reasons.',
  },
  {
    ...{ alert: 'PulsoRecordsLost', expr: 'sum by (group, topic) (increase(pulso_records_lost_total[1h])) > 0' },
    severity: 'critical',
    summary: '{{ $labels.group }} went past records of {{ $labels.topic }} that were removed before it read them',
    remedy: 'Keep the topic for longer than the longest standstill.',
  },
  {
    alert: 'PulsoTablesAway',
    // workers without tables say 0, and so does one that had nothing to write yet
    expr: 'max(pulso_clickhouse_up) == 0 and sum(increase(pulso_clickhouse_write_failures_total[10m])) > 0',
    ...{ for: '5m', severity: 'warning' },
    summary: 'ClickHouse takes no blocks',
    remedy: 'Nothing is lost, blocks are written when it answers again. Look at the server, or ask pulso doctor.',
  },
]

const groups = [
  {
    name: 'pulso',
    rules: [
      ...recorded,
      ...alerts.map(({ severity, summary, remedy, ...asked }) => ({
        ...asked,
        labels: { severity },
        annotations: { summary, remedy },
      })),
    ],
  },
]

/** The rules of Prometheus: its file, and what stands in it. */
export const prometheusRules = [
  'deploy/prometheus/rules.yml',
  `# Rules. Generated from schemas/prometheus: change it there, then run npm run docs.\n${yaml({ groups })}`,
] as const
