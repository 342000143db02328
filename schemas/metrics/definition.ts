export interface Text {
  readonly es: string
  readonly en: string
}

/**
 * How a value is read: a number of things; a fraction from 0 to 1 (of reactions more is possible); a balance from -1 to 1;
 * the difference of two, from -2 to 2; things an hour; things per 100,000 inhabitants; how many times as much; a probability
 * from 0 to 1; a number of standard deviations; in the unit of what is measured (steps of a scale, mentions); a verdict, one
 * of `values`; yes or no; an instant, in milliseconds since 1970. Where it is an interval, both ends are so.
 */
export type Unit =
  | 'count'
  | 'fraction'
  | 'balance'
  | 'balanceDifference'
  | 'perHour'
  | 'perHundredThousand'
  | 'factor'
  | 'probability'
  | 'deviations'
  | 'ofMeasure'
  | 'verdict'
  | 'yesNo'
  | 'instant'

/** What is said of a metric, wherever it is shown. */
export interface MetricText {
  readonly name: string
  /** In mathematical notation, for people, of sums over what the metric is asked for. */
  readonly formula: string
  readonly unit: Unit
  /** What there is one value of. */
  readonly grain: Text
  /** When there is no value. */
  readonly nullWhen: Text | null
  readonly label: Text
  readonly description: Text
  /** Of a verdict: what it may be, and when it is so. */
  readonly values?: Readonly<Record<string, Text>>
}
