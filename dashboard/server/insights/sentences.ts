import type { Text } from '../../../schemas/metrics/definition.js'

/** Figures as they stand in a sentence: as on the board. */
export interface Said {
  count(value: number): string
  percent(fraction: number): string
  balance(value: number): string
  factor(value: number): string
  rate(value: number): string
  /** `p = 0.012`, or that it is below what is worth telling apart. */
  probability(value: number): string
  list(items: readonly string[]): string
  instant(time: number): string
}

/** Smaller probabilities are not told apart. */
const leastProbability = 0.0001

const minus = (text: string): string => text.replace('-', '−')

export function saidIn(locale: 'es-PE' | 'en-GB'): Said {
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)
  const whole = number({ maximumFractionDigits: 0 })
  const percent = number({ style: 'percent', maximumSignificantDigits: 2 })
  const balance = number({ signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const factor = number({ maximumSignificantDigits: 2 })
  const rate = number({ maximumSignificantDigits: 3 })
  const least = number({ maximumSignificantDigits: 2 })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const instant = new Intl.DateTimeFormat(locale, {
    ...{ timeZone: 'America/Lima', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false },
  })
  return {
    count: (value) => whole.format(value),
    percent: (value) => percent.format(value),
    balance: (value) => minus(balance.format(value)),
    factor: (value) => `×${factor.format(value)}`,
    rate: (value) => rate.format(value),
    probability: (value) =>
      value < leastProbability ? `p < ${least.format(leastProbability)}` : `p = ${least.format(value)}`,
    list: (items) => list.format(items),
    instant: (time) => instant.format(time),
  }
}

const es = saidIn('es-PE')
const en = saidIn('en-GB')

/** The same sentence in both languages. */
export const inBoth = (spanish: (said: Said) => string, english: (said: Said) => string): Text => ({
  es: spanish(es),
  en: english(en),
})

export const kindNames: Readonly<Record<string, Text>> = {
  dish: { es: 'El plato o bebida más nombrado es', en: 'The dish or drink named most is' },
  ingredient: { es: 'El insumo más nombrado es', en: 'The ingredient named most is' },
  brand: { es: 'La marca más nombrada es', en: 'The brand named most is' },
}
