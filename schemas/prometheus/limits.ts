/** What is asked of Prometheus, the limit above which there is something the matter, and how long it must hold. */
export interface Limit {
  readonly expr: string
  readonly above: number
  readonly for: string
}

/** Records to read of a group whose lag grows, 0 where it does not: a figure either way, so that none means no worker. */
export const growingLag: Limit = {
  expr: 'pulso:lag_records * (deriv(pulso:lag_records[15m]) > bool 0)',
  ...{ above: 100_000, for: '15m' },
}

/** Of the records that a stage reads, the part that it cannot process. */
export const deadLetterShare: Limit = {
  expr:
    'sum by (stage) (rate(pulso_records_dead_lettered_total[15m])) / ' +
    'sum by (stage) (rate(pulso_records_read_total[15m]))',
  ...{ above: 0.01, for: '15m' },
}
