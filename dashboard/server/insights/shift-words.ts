import type { Text } from '../../../schemas/metrics/definition.js'
import { regions } from '../../../schemas/regions.js'
import type { ShiftKind, ShiftMeasure } from '../../../schemas/shift.js'
import { inBoth, type Said } from './sentences.js'

/** A shift as it is told of in a sentence. */
export interface ToldShift {
  readonly shiftId: string
  readonly shift: ShiftKind
  /** `*`: everything. */
  readonly term: string
  /** Null: all sources. */
  readonly source: string | null
  /** Ubigeo of the department; `*` for all. */
  readonly region: string
  readonly measure: ShiftMeasure
  readonly opened: number
  /** End of the interval in which it was told last. */
  readonly toldUntil: number
  readonly open: number
  /** What it is due to first; empty: not known. */
  readonly cause: string
}

const nothing: Text = { es: '', en: '' }

/** How a measure is said behind the kind of its shift, and whether it is a count of a quarter of an hour. */
export const measures: Readonly<Record<ShiftMeasure, Text & { readonly isCount: boolean }>> = {
  mentions: { es: 'de las menciones', en: 'of mentions', isCount: true },
  authors: { es: 'de los autores', en: 'of authors', isCount: true },
  netSentiment: { es: 'del balance de sentimiento', en: 'of the sentiment balance', isCount: false },
  shareOfVoice: { es: 'de la cuota de voz', en: 'of the share of voice', isCount: false },
  engagementRateByViews: { es: 'de la interacción por vistas', en: 'of engagement by views', isCount: false },
  engagementRateByReach: { es: 'de la interacción por alcance', en: 'of engagement by reach', isCount: false },
}

const placeOf = (region: string): string => regions.find(({ code }) => code === region)?.name ?? region

/** What it is of, at the head of a sentence. */
export function headOf({ term, source, region }: Pick<ToldShift, 'term' | 'source' | 'region'>): Text {
  if (source !== null) return { es: `En la fuente «${source}»`, en: `In the source “${source}”` }
  const place = placeOf(region)
  if (term === '*')
    return region === '*' ? { es: 'En conjunto', en: 'Overall' } : { es: `En ${place}`, en: `In ${place}` }
  const there = region === '*' ? '' : ` (${place})`
  return { es: `En «${term}»${there}`, en: `Of “${term}”${there}` }
}

/** Upwards, and downwards. */
const kinds: Readonly<Record<Exclude<ShiftKind, 'silence'>, readonly [up: Text, down: Text]>> = {
  spike: [
    { es: 'un pico', en: 'a spike' },
    { es: 'una caída', en: 'a drop' },
  ],
  drop: [
    { es: 'una subida', en: 'a rise' },
    { es: 'una caída', en: 'a drop' },
  ],
  level: [
    { es: 'un nivel nuevo, más alto,', en: 'a new, higher level' },
    { es: 'un nivel nuevo, más bajo,', en: 'a new, lower level' },
  ],
  drift: [
    { es: 'una subida lenta', en: 'a slow rise' },
    { es: 'una bajada lenta', en: 'a slow fall' },
  ],
  turn: [
    { es: 'un giro a mejor', en: 'a turn for the better' },
    { es: 'un giro a peor', en: 'a turn for the worse' },
  ],
  emerging: [
    { es: 'la aparición', en: 'the emergence' },
    { es: 'la desaparición', en: 'the disappearance' },
  ],
}

export function kindOf({ shift }: Pick<ToldShift, 'shift'>, effect: number): Text {
  const [up, down] = kinds[shift === 'silence' ? 'drop' : shift]
  return effect < 0 ? down : up
}

/** From when on, and until when where it is over. */
export const sinceOf = ({ opened, open, toldUntil }: Pick<ToldShift, 'opened' | 'open' | 'toldUntil'>): Text =>
  inBoth(
    (said) => `desde el ${said.instant(opened)}${open ? '' : ` hasta el ${said.instant(toldUntil)}`}`,
    (said) => `${open ? 'since' : 'from'} ${said.instant(opened)}${open ? '' : ` until ${said.instant(toldUntil)}`}`,
  )

/** Organic up to the first, pushed from the second on: docs/shifts.md. */
const limits = { organic: 0.35, pushed: 0.5 } as const

/** Whether many people say it in words of their own; nothing where that is not known. */
export function pushedOf(said: Said, pushed: number | null): Text {
  if (pushed === null) return nothing
  const part = said.percent(pushed)
  if (pushed >= limits.pushed)
    return {
      es: ` Está impulsado: ${part} de lo que se dice de más repite una cuenta o un texto.`,
      en: ` It is pushed: ${part} of what is said beyond the usual repeats an account or a text.`,
    }
  if (pushed <= limits.organic)
    return {
      es: ` Es orgánico: solo ${part} de lo que se dice de más repite una cuenta o un texto.`,
      en: ` It is organic: only ${part} of what is said beyond the usual repeats an account or a text.`,
    }
  return {
    es: ` En parte está impulsado: ${part} de lo que se dice de más repite una cuenta o un texto.`,
    en: ` It is pushed in part: ${part} of what is said beyond the usual repeats an account or a text.`,
  }
}

/** A cause in words: no name or hash of an author is told. */
function named(cause: string): Text {
  const [, prefix, name = ''] = /^(region|source|author):(.*)$/su.exec(cause) ?? []
  if (prefix === 'author') return { es: 'una sola cuenta', en: 'one account' }
  if (prefix === 'region') return { es: `lo de ${placeOf(name)}`, en: `what is said in ${placeOf(name)}` }
  if (prefix === 'source') return { es: `la fuente «${name}»`, en: `the source “${name}”` }
  if (cause === 'reposts') return { es: 'republicaciones', en: 'reposts' }
  return { es: `«${cause}»`, en: `“${cause}”` }
}

/** What it is due to first; of moods and reactions the term that moves most with it. */
export function causeOf({ cause, measure }: Pick<ToldShift, 'cause' | 'measure'>, effect: number): Text {
  if (cause === '') return nothing
  const { es, en } = named(cause)
  if (measure !== 'mentions' && measure !== 'authors' && measure !== 'shareOfVoice')
    return { es: ` Junto con ello se mueve ante todo ${es}.`, en: ` What moves with it most is ${en}.` }
  if (effect < 0) return { es: ` Lo que más falta: ${es}.`, en: ` Missing most: ${en}.` }
  return { es: ` Se debe ante todo a ${es}.`, en: ` It is due above all to ${en}.` }
}

/** From so large a part of one account on it is told. */
const noteworthy = 0.25

/** What one account, and reposts, gave of it. */
export function madeBy(said: Said, measure: ShiftMeasure, ofOne: number | null, reposts: number | null): Text {
  const parts: Text[] = []
  if (reposts !== null) {
    const part = said.percent(reposts)
    parts.push({ es: ` Son republicaciones ${part} de lo que se dijo.`, en: ` Reposts are ${part} of what was said.` })
  }
  if (ofOne !== null && ofOne >= noteworthy) {
    const part = said.percent(ofOne)
    parts.push(
      measure.startsWith('engagementRate')
        ? {
            es: ` De una sola cuenta son las publicaciones con ${part} de las interacciones.`,
            en: ` Posts of one account have ${part} of the interactions.`,
          }
        : { es: ` Una sola cuenta dio ${part}.`, en: ` One account gave ${part} of it.` },
    )
  }
  return { es: parts.map(({ es }) => es).join(''), en: parts.map(({ en }) => en).join('') }
}
