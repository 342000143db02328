import type { ShiftMeasure, ShiftSeverity } from '../shift.js'
import type { MetricText } from './definition.js'
import { both, described } from './text.js'

const grain = both('Variación', 'Shift')
const ofWindow = both('Término, clase y ventana', 'Term, kind and window')
const isCount = (measure: ShiftMeasure): boolean => measure === 'mentions' || measure === 'authors'

/** Counts and rates are told as times as much, a balance as a difference. */
const isDifference = (measure: ShiftMeasure): boolean => measure === 'netSentiment'

/** From which effect on a shift is of medium, and of high, severity: of a balance in points, else in times as much or as little. */
const severe = { difference: { medium: 0.15, high: 0.3 }, times: { medium: 1.5, high: 3 } } as const

/** Which part of a rise is pushed: up to the first it is organic, from the second on pushed; in between it is both. */
export const pushedLimits = { organic: 0.35, pushed: 0.5 } as const
/** From where on it is told that one account has most of it. */
export const mostOfOne = 0.5

/**
 * The size of the effect of a shift: of counts and rates observed over expected, less 1; of a balance the difference. Of counts
 * half a thing more on both sides: what was never there before is many times as much, and not infinitely many.
 * @param observed of counts the sum over the shift, as `expected`
 */
export function effectOf(measure: ShiftMeasure, observed: number, expected: number): number {
  if (isDifference(measure)) return observed - expected
  const believed = isCount(measure) ? 0.5 : 0
  return (observed + believed) / Math.max(expected + believed, Number.MIN_VALUE) - 1
}

/** By the size of the effect alone: how improbable it is says nothing of how much it matters. */
export function severityOf(measure: ShiftMeasure, effect: number): ShiftSeverity {
  const { medium, high } = isDifference(measure) ? severe.difference : severe.times
  const size = isDifference(measure) ? Math.abs(effect) : effect >= 0 ? 1 + effect : 1 / Math.max(1 + effect, 1e-9)
  return size >= high ? 'high' : size >= medium ? 'medium' : 'low'
}

const points = (share: number): string => String(Math.round(share * 100))
const between = (low: keyof (typeof severe)['times'] | null, high: keyof (typeof severe)['times'] | null) => {
  const [from, to] = [low, high].map((limit) => (limit === null ? null : severe.times[limit]))
  const [fromPoints, toPoints] = [low, high].map((limit) => (limit === null ? null : points(severe.difference[limit])))
  const es = [
    from === null ? '' : `desde ×${from} o ${fromPoints} puntos`,
    to === null ? '' : `por debajo de ×${to} o ${toPoints} puntos`,
  ]
  const en = [
    from === null ? '' : `from ×${from} or ${fromPoints} points on`,
    to === null ? '' : `below ×${to} or ${toPoints} points`,
  ]
  const listed = (parts: readonly string[]) => parts.filter((part) => part !== '').join(', ')
  return both(`Efecto ${listed(es)}`, `Effect ${listed(en)}`)
}

/** What is told of shifts. */
export const shiftDefinitions = {
  observed: described('observed', 'observed / windows of the shift; of rates and balances as such', {
    ...{ unit: 'ofMeasure', grain, nullWhen: null },
    label: both('Observado', 'Observed'),
    description: both(
      'Lo que fue la medida mientras duró la variación: de recuentos, la media por ventana.',
      'What the measure was during the shift: of counts, the mean of a window.',
    ),
  }),
  expected: described('expected', 'baseline with level, trend, hour of the week and holidays', {
    ...{ unit: 'ofMeasure', grain, nullWhen: null },
    label: both('Esperado', 'Expected'),
    description: both(
      'Lo que era de esperar por el propio pasado de la serie, de la misma manera.',
      'What was to be expected from the own past of the series, in the same way.',
    ),
  }),
  effect: described(
    'effect',
    'observed / expected − 1, of counts with 0.5 more on both sides; of the balance observed − expected',
    {
      ...{ unit: 'ofMeasure', grain, nullWhen: null },
      label: both('Tamaño del efecto', 'Effect size'),
      description: both(
        'Cuánto se apartó de lo esperado, de principio a fin.',
        'How far it was off from what was expected, from beginning to end.',
      ),
    },
  ),
  severity: described('severity', 'by the effect, the most that the shift has had', {
    ...{ unit: 'verdict', grain, nullWhen: null },
    label: both('Gravedad', 'Severity'),
    description: both(
      'Por el tamaño del efecto, no por lo improbable. Una fuente en silencio es grave.',
      'By the size of the effect, not by how improbable it is. A silent source is high.',
    ),
    values: { low: between(null, 'medium'), medium: between('medium', 'high'), high: between('high', null) },
  }),
  shiftKind: described('shiftKind', 'by the shape of the series and its sign', {
    ...{ unit: 'verdict', grain, nullWhen: null },
    label: both('Clase de variación', 'Kind of shift'),
    description: both('En qué se aparta la serie de lo habitual.', 'In what the series is off from the usual.'),
    values: {
      spike: both('Más de lo esperado por un rato', 'More than expected for a while'),
      drop: both('Menos de lo esperado por un rato', 'Less than expected for a while'),
      turn: both('Cambió el balance de sentimiento', 'The sentiment balance moved'),
      emerging: both('Un término que antes no estaba', 'A term that was not there before'),
      level: both('Otro nivel, que dura', 'Another level, that lasts'),
      drift: both('Un cambio lento, o de la variabilidad', 'A slow change, or one of the variance'),
      silence: both('Una fuente de la que ya no llega nada', 'A source from which nothing comes any more'),
    },
  }),
  deviation: described('deviation', '(observed − expected) / σ, over the last windows', {
    ...{ unit: 'deviations', grain, nullWhen: null },
    label: both('Desviación', 'Deviation'),
    description: both(
      'Distancia entre lo observado y lo esperado, en desviaciones estándar.',
      'Distance between observed and expected, in standard deviations.',
    ),
  }),
  shiftPValue: described('shiftPValue', 'probability of the most improbable window so far', {
    ...{ unit: 'probability', grain, nullWhen: both('El método no da ninguna', 'The method gives none') },
    label: both('Probabilidad de la variación', 'Probability of the shift'),
    description: both(
      'Con qué frecuencia el azar da una ventana tan alejada: de recuentos, binomial negativa.',
      'How often chance gives a window as far off: of counts, negative binomial.',
    ),
  }),
  shiftsOpened: described('shiftsOpened', '|{ shift that was opened }|', {
    ...{ unit: 'count', grain: both('Gravedad y hora', 'Severity and hour'), nullWhen: null },
    label: both('Variaciones abiertas', 'Shifts opened'),
    description: both(
      'Variaciones que se abrieron en una hora, por gravedad, de las horas que empiezan en el tiempo que se muestra.',
      'Shifts opened in an hour, by severity, of the hours that begin within the time that is shown.',
    ),
  }),
  pushed: described(
    'pushed',
    'max((repeats − usual share of repeats × usual voices) / (voices − usual voices), voices of one author / voices), from 0 to 1',
    {
      ...{
        unit: 'fraction',
        grain,
        nullWhen: both(
          'Se dijo muy poco para saberlo, o no es un aumento de la conversación',
          'Too little was said to tell, or it is no rise of talk',
        ),
      },
      label: both('Parte impulsada', 'Pushed part'),
      description: both(
        `De lo que pasa de lo habitual, la parte que repite un autor o un texto. Hasta ${pushedLimits.organic} es orgánico, desde ${pushedLimits.pushed} impulsado.`,
        `Of what is more than usual, the part that repeats an author or a text. Up to ${pushedLimits.organic} it is organic, from ${pushedLimits.pushed} on pushed.`,
      ),
    },
  ),
  voices: described('voices', '|{ mention or repost of the series while the shift lasted }|', {
    ...{ unit: 'count', grain, nullWhen: null },
    label: both('Voces', 'Voices'),
    description: both(
      'Menciones y republicaciones de la serie desde que se abrió la variación hasta cuando se contó de ella.',
      'Mentions and reposts of the series from when the shift opened until it was told of.',
    ),
  }),
  repostShare: described('repostShare', 'reposts / voices', {
    ...{
      unit: 'fraction',
      grain,
      nullWhen: both(
        'No se debe ante todo a republicaciones, o no queda ninguna voz',
        'It is not due above all to reposts, or no voice is left',
      ),
    },
    label: both('Parte republicada', 'Reposted part'),
    description: both(
      'De las voces de la variación, la parte que son republicaciones.',
      'Of the voices of the shift, the part that reposts are.',
    ),
  }),
  lastHeard: described('lastHeard', 'max { createdAt of a mention in the day before the silence }', {
    ...{
      unit: 'instant',
      grain: both('Silencio', 'Silence'),
      nullWhen: both('Nada llegó en las 24 horas anteriores', 'Nothing came in the 24 hours before'),
    },
    label: both('Lo último que llegó', 'Last heard'),
    description: both(
      'Cuándo se escribió lo último de la fuente, de menciones sin republicaciones, antes de su silencio.',
      'When the last thing of the source was written before its silence, of mentions without reposts.',
    ),
  }),
} as const satisfies Record<string, MetricText>

/** What is told of terms that emerge. */
export const emergingDefinitions = {
  emergingPosts: described('emergingPosts', '|{ post that holds the term }|', {
    ...{ unit: 'count', grain: ofWindow, nullWhen: null },
    label: both('Publicaciones con el término', 'Posts with the term'),
    description: both(
      'Publicaciones y reseñas que lo contienen, republicaciones incluidas.',
      'Posts and reviews that hold it, reposts included.',
    ),
  }),
  emergingReposts: described('emergingReposts', '|{ repost that holds the term }|', {
    ...{ unit: 'count', grain: ofWindow, nullWhen: null },
    label: both('Republicaciones con el término', 'Reposts with the term'),
    description: both('Cuántas de ellas son republicaciones.', 'Those of them that are reposts.'),
  }),
  independentPosts: described(
    'independentPosts',
    'the most posts of which no two are of one author or near-duplicates',
    {
      ...{ unit: 'count', grain: ofWindow, nullWhen: null },
      label: both('Publicaciones independientes', 'Independent posts'),
      description: both('Es lo que se juzga.', 'What is judged.'),
    },
  ),
  emergingAuthors: described('emergingAuthors', '|{ author of those examined }|', {
    ...{ unit: 'count', grain: ofWindow, nullWhen: null },
    label: both('Autores del término', 'Authors of the term'),
    description: both(
      'Autores distintos de las publicaciones examinadas, mil a lo sumo.',
      'Distinct authors of the posts that were examined, at most a thousand.',
    ),
  }),
  topAuthorsShare: described('topAuthorsShare', 'posts of the three authors who gave most / posts examined', {
    ...{ unit: 'fraction', grain: ofWindow, nullWhen: null },
    label: both('Parte de tres cuentas', 'Part of three accounts'),
    description: both(
      'Parte que dieron los tres autores que más dieron.',
      'Part that the three authors gave who gave most.',
    ),
  }),
  emergingPushed: described('emergingPushed', '1 − independent / posts examined', {
    ...{ unit: 'fraction', grain: ofWindow, nullWhen: null },
    label: both('Parte impulsada del término', 'Pushed part of the term'),
    description: both('Parte que repite un autor o un texto.', 'Part that repeats an author or a text.'),
  }),
  emergingExpected: described('emergingExpected', 'independent posts of the days before, a window', {
    ...{ unit: 'count', grain: ofWindow, nullWhen: null },
    label: both('Publicaciones esperadas', 'Posts expected'),
    description: both(
      'Publicaciones independientes que eran de esperar por los días anteriores.',
      'Independent posts that were to be expected from the days before.',
    ),
  }),
  emergingDeviation: described('emergingDeviation', 'Φ⁻¹ of the probability of as many independent posts', {
    ...{ unit: 'deviations', grain: ofWindow, nullWhen: null },
    label: both('Desviación del término', 'Deviation of the term'),
    description: both(
      'La de una variable normal que sea igual de improbable.',
      'That of a standard normal variable that is as improbable.',
    ),
  }),
  emergingVerdict: described('emergingVerdict', 'the deviation, of independent posts and of all', {
    ...{ unit: 'verdict', grain: ofWindow, nullWhen: null },
    label: both('Qué emerge', 'What emerges'),
    description: both(
      'Si es nuevo, de pronto frecuente, o impulsado.',
      'Whether it is new, suddenly frequent, or pushed.',
    ),
    values: {
      new: both('De ningún día anterior, y más de lo que da el azar', 'Of no day before, and more than chance'),
      rising: both('De pronto frecuente', 'Suddenly frequent'),
      pushed: both(
        'Lo sería si contaran todas, y la mitad repite un autor o un texto',
        'It would be either if all counted, and half of them repeat an author or a text',
      ),
      usual: both('Ninguno', 'Neither'),
    },
  }),
} as const satisfies Record<string, MetricText>
