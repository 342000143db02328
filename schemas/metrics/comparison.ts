import { leastScored } from '../interval.js'
import { leastMentions } from '../least-counts.js'
import type { MetricText, Text } from './definition.js'
import { enough, evaluate, type Formula, type Measures, measure, notationOf, over } from './formula.js'
import { both, described, interval95 } from './text.js'

/** What is put beside each other: sums over the mentions of one thing, of all, and of those that are compared. */
export type ComparisonMeasure = 'mentions' | 'allMentions' | 'comparedMentions' | 'population'

/** A figure that sets mentions against something else: the only place where it is said. */
export interface ComparisonDefinition extends MetricText {
  readonly of: (measures: Measures<ComparisonMeasure>) => number | null
}

type Said = Pick<MetricText, 'unit' | 'grain' | 'nullWhen' | 'label' | 'description'>

const defined = <Name extends string>(name: Name, formula: Formula<ComparisonMeasure>, said: Said) => ({
  name,
  formula: notationOf(formula),
  ...said,
  of: (measures: Measures<ComparisonMeasure>) => evaluate(formula, measures),
})

const grain: Text = {
  es: 'Término, región, fuente o aspecto, y periodo',
  en: 'Term, region, source or aspect, and period',
}

export const comparisonDefinitions = {
  share: defined('share', over(measure('mentions'), measure('allMentions')), {
    unit: 'fraction',
    grain,
    nullWhen: { es: 'No hay menciones con que comparar', en: 'There are no mentions to compare with' },
    label: { es: 'Cuota de voz', en: 'Share of voice' },
    description: {
      es: 'Parte de todas las menciones de la misma región, fuente y periodo. Una mención que nombra dos términos cuenta en ambos.',
      en: 'Part of all mentions of the same region, source and period. A mention that names two terms counts in both.',
    },
  }),
  shareAmongCompared: defined('shareAmongCompared', over(measure('mentions'), measure('comparedMentions')), {
    unit: 'fraction',
    grain,
    nullWhen: { es: 'Nada de lo comparado se menciona', en: 'Nothing of what is compared is mentioned' },
    label: { es: 'Cuota entre lo comparado', en: 'Share among compared' },
    description: {
      es: 'Parte de la suma de las menciones de todo lo que se compara: juntas suman 1.',
      en: 'Part of the sum of the mentions of everything that is compared: together they are 1.',
    },
  }),
  perHundredThousand: defined(
    'perHundredThousand',
    enough(over(measure('mentions'), measure('population'), 100_000), measure('mentions'), leastMentions),
    {
      unit: 'perHundredThousand',
      grain: { es: 'Región y periodo', en: 'Region and period' },
      nullWhen: {
        es: `La región no se conoce, o tiene menos de ${leastMentions} menciones`,
        en: `The region is not known, or has fewer than ${leastMentions} mentions`,
      },
      label: { es: 'Menciones por 100,000 habitantes', en: 'Mentions per 100,000 inhabitants' },
      description: {
        es: 'Menciones de la región entre su población de 2020 (superficie por densidad).',
        en: 'Mentions of the region over its population of 2020 (area times density).',
      },
    },
  ),
} as const satisfies Record<string, ComparisonDefinition>

const wilson = 'wilson(x, n) = (x / n + z² / 2n ± z √(x / n × (1 − x / n) / n + z² / 4n²)) / (1 + z² / n), z = 1.96'

/** Intervals of what stands side by side: by the rules of `interval.ts`. */
export const intervalDefinitions = {
  shareInterval: described('shareInterval', `wilson(mentions, allMentions); ${wilson}`, {
    ...{ unit: 'fraction', grain },
    nullWhen: both('No hay menciones con que comparar', 'There are no mentions to compare with'),
    label: both('Intervalo de la cuota', 'Interval of the share'),
    description: both(
      `${interval95.es} de la cuota de voz (Wilson).`,
      `${interval95.en} of the share of voice (Wilson).`,
    ),
  }),
  balanceInterval: described('balanceInterval', '2 wilson(positive + neutral / 2, scored) − 1', {
    ...{ unit: 'balance', grain },
    nullWhen: both(
      `Menos de ${leastScored} menciones tienen sentimiento`,
      `Fewer than ${leastScored} mentions have a sentiment`,
    ),
    label: both('Intervalo del balance', 'Interval of the balance'),
    description: both(`${interval95.es} del balance (Wilson).`, `${interval95.en} of the balance (Wilson).`),
  }),
  perHundredThousandInterval: described(
    'perHundredThousandInterval',
    'limits of a Poisson count of mentions (Byar) / population × 100,000',
    {
      ...{ unit: 'perHundredThousand', grain: both('Región y periodo', 'Region and period') },
      nullWhen: both(
        `La región no se conoce, o tiene menos de ${leastMentions} menciones`,
        `The region is not known, or has fewer than ${leastMentions} mentions`,
      ),
      label: both('Intervalo por habitante', 'Interval for inhabitants'),
      description: both(
        `${interval95.es} de las menciones por habitantes.`,
        `${interval95.en} of the mentions per inhabitants.`,
      ),
    },
  ),
} as const satisfies Record<string, MetricText>
