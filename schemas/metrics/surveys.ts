import { leastScored } from '../interval.js'
import { fewMentions } from '../least-counts.js'
import type { MetricText } from './definition.js'
import {
  constant,
  evaluate,
  type Formula,
  type Measures,
  measure,
  minus,
  notationOf,
  over,
  rounded,
  sqlOf,
  times,
} from './formula.js'
import { both, described, interval95 } from './text.js'

/** Of the answers to a question: how many, their weights, squares of those, and scores by weight; of a part its own. */
export type SurveyMeasure = 'answers' | 'weights' | 'squaredWeights' | 'weightedScores' | 'partWeights' | 'low' | 'high'

/** A figure of surveys that is arithmetic of sums: the only place where it is said. */
export interface SurveyDefinition extends MetricText {
  /** ClickHouse expression over rows of `pulso.current_survey_answers` of one question; null where rows cannot tell. */
  readonly overAnswers: string | null
  readonly of: (measures: Measures<SurveyMeasure>) => number | null
}

const sums: Partial<Record<SurveyMeasure, string>> = {
  answers: 'count()',
  weights: 'sum(weight)',
  squaredWeights: 'sum(weight * weight)',
  weightedScores: 'sum(weight * score)',
}
const grain = both('Pregunta de una encuesta', 'Question of a survey')
const ofPart = both('Respuesta posible, pregunta y encuesta', 'Choice, step or mood, question and survey')

type Said = Omit<MetricText, 'name' | 'formula'>
const defined = <Name extends string>(name: Name, formula: Formula<SurveyMeasure>, said: Said, inSql = true) => ({
  ...described(name, notationOf(formula), said),
  overAnswers: inSql ? sqlOf(formula, sums as Record<SurveyMeasure, string>) : null,
  of: (measures: Measures<SurveyMeasure>) => evaluate(formula, measures),
})

const nobody = both('Nadie respondió', 'Nobody answered')

/** Figures of surveys that are arithmetic of sums. */
export const surveyFormulas = {
  sample: defined('sample', measure('answers'), {
    ...{ unit: 'count', grain, nullWhen: null },
    label: both('Muestra', 'Sample'),
    description: both('Respuestas a la pregunta que siguen en pie.', 'Answers to the question that stand.'),
  }),
  effectiveSample: defined(
    'effectiveSample',
    rounded(over(times(measure('weights'), measure('weights')), measure('squaredWeights')), 9, measure('answers')),
    {
      ...{ unit: 'count', grain, nullWhen: nobody },
      label: both('Muestra efectiva', 'Effective sample'),
      description: both(
        'Lo que vale la muestra cuando las respuestas pesan distinto (Kish 1965).',
        'What the sample is worth when answers weigh differently (Kish 1965).',
      ),
    },
  ),
  answerShare: defined(
    'answerShare',
    over(measure('partWeights'), measure('weights')),
    {
      ...{ unit: 'fraction', grain: ofPart, nullWhen: nobody },
      label: both('Parte de las respuestas', 'Share of answers'),
      description: both(
        'Peso de quienes la dieron entre el de todos los que respondieron la pregunta.',
        'Weight of those who gave it over that of all who answered the question.',
      ),
    },
    false,
  ),
  marginOfError: defined(
    'marginOfError',
    over(minus(measure('high'), measure('low')), constant(2)),
    {
      ...{ unit: 'fraction', grain: ofPart, nullWhen: nobody },
      label: both('Margen de error', 'Margin of error'),
      description: both(
        'La mitad del ancho del intervalo del 95%, de una muestra aleatoria simple.',
        'Half the width of the 95% interval, of a simple random sample.',
      ),
    },
    false,
  ),
  answerMean: defined('answerMean', over(measure('weightedScores'), measure('weights')), {
    ...{ unit: 'ofMeasure', grain, nullWhen: both('La pregunta no es una escala', 'The question is no scale') },
    label: both('Media', 'Mean'),
    description: both('Media de una escala, por peso.', 'Mean of a scale, by weight.'),
  }),
} as const satisfies Record<string, SurveyDefinition>

const voice = both('Encuesta, publicaciones o reseñas, y encuesta', 'Voice (survey, posts or reviews) and survey')

/** What else is told of surveys. */
export const surveyDefinitions = {
  ...surveyFormulas,
  people: described('people', '|{ author of an answer }|', {
    ...{ unit: 'count', grain: both('Encuesta', 'Survey'), nullWhen: null },
    label: both('Personas', 'People'),
    description: both('Personas que respondieron algo.', 'People who answered something.'),
  }),
  questions: described('questions', '|{ question }|', {
    ...{ unit: 'count', grain: both('Encuesta', 'Survey'), nullWhen: null },
    label: both('Preguntas', 'Questions'),
    description: both('Preguntas que alguien respondió.', 'Questions that somebody answered.'),
  }),
  fewAnswers: described('fewAnswers', `effectiveSample < ${fewMentions}`, {
    ...{ unit: 'yesNo', grain, nullWhen: null },
    label: both('Pocas respuestas', 'Few answers'),
    description: both(
      `La muestra vale menos de ${fewMentions} respuestas: lo que se dice es incierto.`,
      `The sample is worth fewer than ${fewMentions} answers: what is said is uncertain.`,
    ),
  }),
  answersGiven: described('answersGiven', 'answers of the part', {
    ...{ unit: 'count', grain: ofPart, nullWhen: null },
    label: both('Respuestas', 'Answers'),
    description: both('Cuántas veces se dio.', 'How many gave it.'),
  }),
  partsLeftOut: described('partsLeftOut', 'parts − parts shown', {
    ...{ unit: 'count', grain, nullWhen: null },
    label: both('Respuestas que no se muestran', 'Choices that are not shown'),
    description: both(
      'Respuestas distintas más allá de las mil de más peso.',
      'Choices or steps beyond the thousand with the most weight.',
    ),
  }),
  answerShareInterval: described('answerShareInterval', 'wilson(answerShare × effectiveSample, effectiveSample)', {
    ...{ unit: 'fraction', grain: ofPart, nullWhen: nobody },
    label: both('Intervalo de la parte', 'Interval of the share'),
    description: both(`${interval95.es} (Wilson).`, `${interval95.en} (Wilson).`),
  }),
  answerMeanInterval: described(
    'answerMeanInterval',
    'answerMean ± t(effectiveSample − 1) √(variance / (effectiveSample − 1))',
    {
      ...{ unit: 'ofMeasure', grain },
      nullWhen: both(
        'La muestra vale menos de dos respuestas, o todas son iguales',
        'The sample is worth fewer than two answers, or all are the same',
      ),
      label: both('Intervalo de la media', 'Interval of the mean'),
      description: both(`${interval95.es} (t de Student).`, `${interval95.en} (Student's t).`),
    },
  ),
  answerBalance: described(
    'answerBalance',
    `(positive − negative) / (positive + neutral + negative), by weight, of ${leastScored} answers with a sentiment or more`,
    {
      ...{ unit: 'balance', grain },
      nullWhen: both(
        `Menos de ${leastScored} respuestas tienen sentimiento`,
        `Fewer than ${leastScored} answers have a sentiment`,
      ),
      label: both('Balance de respuestas abiertas', 'Balance of open answers'),
      description: both('Como el balance de sentimiento, por peso.', 'As the sentiment balance, by weight.'),
    },
  ),
  answerBalanceInterval: described(
    'answerBalanceInterval',
    '2 wilson((positive + neutral / 2) × effectiveSample, effectiveSample) − 1',
    {
      ...{ unit: 'balance', grain },
      nullWhen: both(
        `Menos de ${leastScored} respuestas tienen sentimiento`,
        `Fewer than ${leastScored} answers have a sentiment`,
      ),
      label: both('Intervalo del balance de respuestas', 'Interval of the balance of answers'),
      description: both(`${interval95.es} (Wilson).`, `${interval95.en} (Wilson).`),
    },
  ),
  voiceSample: described('voiceSample', 'open answers, or posts or reviews between the first answer and the last', {
    ...{ unit: 'count', grain: voice, nullWhen: null },
    label: both('Muestra de una voz', 'Sample of a voice'),
    description: both(
      'Respuestas abiertas, o publicaciones o reseñas del mismo tiempo; todo cuenta una vez, sin pesos.',
      'Open answers, or posts or reviews of the same time; each counts once, without weights.',
    ),
  }),
  voiceShare: described('voiceShare', 'those that name the term, or speak of the aspect / voiceSample', {
    ...{ unit: 'fraction', grain: voice, nullWhen: both('La voz no dijo nada', 'The voice said nothing') },
    label: both('Parte de una voz', 'Share of a voice'),
    description: both(
      'Qué parte de las respuestas abiertas, publicaciones o reseñas nombra algo.',
      'Which part of the open answers, posts or reviews names something.',
    ),
  }),
  voiceShareInterval: described('voiceShareInterval', 'wilson(those that name it, voiceSample)', {
    ...{ unit: 'fraction', grain: voice, nullWhen: both('La voz no dijo nada', 'The voice said nothing') },
    label: both('Intervalo de la parte de una voz', 'Interval of the share of a voice'),
    description: both(`${interval95.es} (Wilson).`, `${interval95.en} (Wilson).`),
  }),
} as const satisfies Record<string, MetricText>
