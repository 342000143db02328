import type { MetricText, Text } from './definition.js'

/** Something in Spanish, then in English. */
export const both = (es: string, en: string): Text => ({ es, en })

type Said = Omit<MetricText, 'name' | 'formula'>

/** A figure that is no arithmetic of sums: its formula is for people, and the function that gives it is said beside it. */
export const described = <Name extends string, const Of extends Said>(name: Name, formula: string, said: Of) => ({
  ...{ name, formula },
  ...said,
})

/** The two ends of an interval that holds the true figure in 95 of 100 such samples. */
export const interval95: Text = both('Intervalo del 95%', '95% interval')
