import { type FigureFormat, figureFormat, type Locale } from '../../../schemas/figure-format.js'
import type { Text } from '../../../schemas/metrics/definition.js'

/** Figures as they stand in a sentence: as on the board. */
export interface Said extends FigureFormat {
  list(items: readonly string[]): string
  instant(time: number): string
  /** The day in Peru. */
  day(time: number): string
  /** The same with its year. */
  date(time: number): string
}

export function saidIn(locale: Locale): Said {
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const instant = new Intl.DateTimeFormat(locale, {
    ...{
      timeZone: 'America/Lima',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    },
  })
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'America/Lima', day: 'numeric', month: 'short' })
  const date = new Intl.DateTimeFormat(locale, { timeZone: 'America/Lima', dateStyle: 'medium' })
  return {
    ...figureFormat(locale),
    list: (items) => list.format(items),
    instant: (time) => instant.format(time),
    day: (time) => day.format(time),
    date: (time) => date.format(time),
  }
}

const es = saidIn('es-PE')
const en = saidIn('en-GB')

/** The same sentence in both languages. */
export const inBoth = (spanish: (said: Said) => string, english: (said: Said) => string): Text => ({
  es: spanish(es),
  en: english(en),
})

/**
 * That a difference is more than chance gives, held against how many were tested together.
 * @param tested 1: it was the only one
 */
export const significant = (said: Said, tested: number, pValue: number): Text => ({
  es: `La diferencia es significativa${tested === 1 ? '' : ` entre ${said.count(tested)} comparaciones`} (${said.probability(pValue)})`,
  en: `The difference is significant${tested === 1 ? '' : ` among ${said.count(tested)} comparisons`} (${said.probability(pValue)})`,
})

export const kindNames: Readonly<Record<string, Text>> = {
  dish: { es: 'El plato o bebida más nombrado es', en: 'The dish or drink named most is' },
  ingredient: { es: 'El insumo más nombrado es', en: 'The ingredient named most is' },
  brand: { es: 'La marca más nombrada es', en: 'The brand named most is' },
}

/** The same where others may be named as much. */
export const amongMost: Readonly<Record<string, Text>> = {
  dish: { es: 'Entre los platos y bebidas más nombrados está', en: 'Among the dishes and drinks named most is' },
  ingredient: { es: 'Entre los insumos más nombrados está', en: 'Among the ingredients named most is' },
  brand: { es: 'Entre las marcas más nombradas está', en: 'Among the brands named most is' },
}
