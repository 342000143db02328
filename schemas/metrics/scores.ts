import type { MetricText } from './definition.js'
import { both, described } from './text.js'

const grain = both('Texto', 'Text')

/** What is told of one text, and of places. */
export const scoreDefinitions = {
  confidence: described('confidence', 'p(label), calibrated', {
    ...{ unit: 'probability', grain, nullWhen: both('Sin sentimiento', 'Without a sentiment') },
    label: both('Confianza', 'Confidence'),
    description: both(
      'Probabilidad calibrada de la etiqueta que se da; de un aspecto, de la suya.',
      'Calibrated probability of the label that is given; of an aspect, of its own.',
    ),
  }),
  labelProbability: described('labelProbability', 'p(negative) + p(neutral) + p(positive) = 1', {
    ...{ unit: 'probability', grain, nullWhen: both('Sin sentimiento', 'Without a sentiment') },
    label: both('Probabilidad de la etiqueta', 'Probability of the label'),
    description: both('Lo que el modelo da a cada etiqueta.', 'What the model gives to each label.'),
  }),
  sure: described('sure', 'confidence ≥ threshold of the model', {
    ...{ unit: 'yesNo', grain, nullWhen: both('Sin sentimiento', 'Without a sentiment') },
    label: both('Seguro', 'Sure'),
    description: both(
      'Si la confianza llega al umbral del modelo.',
      'Whether the confidence reaches the threshold of the model.',
    ),
  }),
  stars: described('stars', 'as the source tells', {
    ...{
      unit: 'ofMeasure',
      grain: both('Reseña', 'Review'),
      nullWhen: both('La fuente no las dice', 'The source does not tell them'),
    },
    label: both('Estrellas', 'Stars'),
    description: both('Calificación de una reseña, de 1 a 5.', 'Rating of a review, 1 to 5.'),
  }),
  population: described('population', 'area × density', {
    ...{ unit: 'count', grain: both('Región', 'Region'), nullWhen: null },
    label: both('Habitantes', 'Inhabitants'),
    description: both('Población del departamento en 2020.', 'Population of the department in 2020.'),
  }),
} as const satisfies Record<string, MetricText>
