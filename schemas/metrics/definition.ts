export interface Text {
  readonly es: string
  readonly en: string
}

/** What is said of a metric, wherever it is shown. */
export interface MetricText {
  readonly name: string
  /** In mathematical notation, for people, of sums over what the metric is asked for. */
  readonly formula: string
  /** How a value is read: a number of things, a fraction from 0 to 1 (of reactions more is possible), a balance from -1 to 1, things an hour, things per 100,000 inhabitants. */
  readonly unit: 'count' | 'fraction' | 'balance' | 'perHour' | 'perHundredThousand'
  /** What there is one value of. */
  readonly grain: Text
  /** When there is no value. */
  readonly nullWhen: Text | null
  readonly label: Text
  readonly description: Text
}
