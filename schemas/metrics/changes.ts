import { fewMentions, leastMentions, leastTested } from '../least-counts.js'
import type { MetricText } from './definition.js'
import { evaluate, type Measures, measure, notationOf, over, times } from './formula.js'
import { both, described, interval95 } from './text.js'

/** Mentions of a thing, and of all that it is a part of, in a period and in the one before. */
export type GrowthMeasure = 'mentions' | 'mentionsBefore' | 'allMentions' | 'allMentionsBefore'

const grain = both('Término, región, fuente o aspecto, y periodo', 'Term, region, source or aspect, and period')
const notKnown = both('El periodo anterior no se conoce completo', 'The period before is not known in full')
const tooFew = both(
  `No se conoce el periodo anterior, o hay menos de ${leastTested} menciones en ambos`,
  `The period before is not known, or there are fewer than ${leastTested} mentions in both`,
)
const growth = times<GrowthMeasure>(
  over(measure('mentions'), measure('mentionsBefore')),
  over(measure('allMentionsBefore'), measure('allMentions')),
)
const ofTopAuthor = over<'topAuthor' | 'mentions'>(measure('topAuthor'), measure('mentions'))
const oneAccount = both(
  'Sería uno de los otros, pero no sin las menciones de una sola cuenta, que tiene una décima parte o más',
  'It would be one of the others, but not without the mentions of one account, which has a tenth or more',
)
const chance = both('El azar puede explicar la diferencia', 'Chance may explain the difference')

/** What is told of changes: the rules are those of `growth.ts`, `balance-difference.ts` and `density-difference.ts`. */
export const changeDefinitions = {
  mentionsBefore: described('mentionsBefore', 'mentions of the period before', {
    ...{ unit: 'count', grain, nullWhen: notKnown },
    label: both('Menciones anteriores', 'Mentions before'),
    description: both(
      'Menciones del periodo anterior, de igual duración.',
      'Mentions of the preceding period of equal length.',
    ),
  }),
  comparableVolume: described('comparableVolume', 'mentions of the sources that were heard in both periods', {
    ...{ unit: 'count', grain, nullWhen: notKnown },
    label: both('Menciones comparables', 'Comparable mentions'),
    description: both(
      'Menciones de las fuentes que se oyeron en ambos periodos: lo que se compara con las anteriores.',
      'Mentions of the sources that were heard in both periods: what is held against those before.',
    ),
  }),
  comparableBalance: described('comparableBalance', 'balance of the sources that were heard in both periods', {
    ...{ unit: 'balance', grain },
    nullWhen: both(
      'El periodo anterior no se conoce completo, o menos de 10 menciones tienen sentimiento',
      'The period before is not known in full, or fewer than 10 mentions have a sentiment',
    ),
    label: both('Balance comparable', 'Comparable balance'),
    description: both(
      'Balance de las fuentes que se oyeron en ambos periodos, por la misma regla.',
      'The balance of the sources that were heard in both periods, by the same rule.',
    ),
  }),
  growth: {
    ...described('growth', notationOf(growth), {
      ...{ unit: 'factor', grain },
      nullWhen: both(
        'Antes no se nombraba, o no se conoce el periodo anterior',
        'It was not named before, or the period before is not known',
      ),
      label: both('Crecimiento', 'Growth'),
      description: both(
        'Menciones frente a las del periodo anterior, descontado lo que cambió todo. Del conjunto, sin descontar.',
        'Mentions over those of the period before, corrected for the growth of everything. Of everything itself, without correction.',
      ),
    }),
    of: (measures: Measures<GrowthMeasure>) => evaluate(growth, measures),
  },
  growthInterval: described(
    'growthInterval',
    'w / (1 − w) × allMentionsBefore / allMentions, w: wilson(mentions, mentions + mentionsBefore)',
    {
      ...{ unit: 'factor', grain, nullWhen: tooFew },
      label: both('Intervalo del crecimiento', 'Interval of the growth'),
      description: both(
        `${interval95.es} del crecimiento (Wilson). Sin límite superior donde antes no se nombraba.`,
        `${interval95.en} of the growth (Wilson). Without an upper limit where it was not named before.`,
      ),
    },
  ),
  growthPValue: described(
    'growthPValue',
    '2 Φ(−|mentions − n s| / √(n s (1 − s))), n: mentions + mentionsBefore, s: allMentions / (allMentions + allMentionsBefore)',
    {
      ...{ unit: 'probability', grain, nullWhen: tooFew },
      label: both('Probabilidad del cambio', 'Probability of the change'),
      description: both(
        'Con qué frecuencia el azar da un cambio así de grande, en un sentido u otro.',
        'How often chance gives a change as large as this one, either way.',
      ),
    },
  ),
  growthVerdict: described(
    'growthVerdict',
    'the interval of the growth, at the level of Benjamini and Hochberg among all that are tested, and once more without each author who may have moved it',
    {
      ...{ unit: 'verdict', grain, nullWhen: notKnown },
      label: both('Qué cambió', 'What has changed'),
      description: both(
        'Qué se dice del cambio: de lo que crece o cae, un 5% se espera que sea azar.',
        'What is said of the change: of what rises or falls 5 % are expected to be chance.',
      ),
      values: {
        rising: both(
          'Su parte de todo creció, y su número también, más allá de su intervalo',
          'Its part of everything grew, and so did its own count, beyond its interval',
        ),
        falling: both(
          'Su parte de todo cayó, y su número también',
          'Its part of everything fell, and so did its own count',
        ),
        shareRising: both('Solo creció su parte de todo', 'Only its part of everything grew'),
        shareFalling: both('Solo cayó su parte de todo', 'Only its part of everything fell'),
        steady: chance,
        tooFew: both(
          `Menos de ${leastTested} menciones en ambos periodos`,
          `Fewer than ${leastTested} mentions in both periods together`,
        ),
        oneAuthor: oneAccount,
      },
    },
  ),
  risingFew: described('risingFew', `mentions + mentionsBefore < ${fewMentions}`, {
    ...{ unit: 'yesNo', grain, nullWhen: null },
    label: both('Pocos datos', 'Few data'),
    description: both(
      `Menos de ${fewMentions} menciones en ambos periodos: lo que se dice es incierto.`,
      `Fewer than ${fewMentions} mentions in both periods together: what is said is uncertain.`,
    ),
  }),
  risingByOne: described('risingByOne', 'growthVerdict = oneAuthor', {
    ...{ unit: 'yesNo', grain, nullWhen: null },
    label: both('Lo mueve una sola cuenta', 'Moved by one account'),
    description: both(
      `Sin las menciones de una sola cuenta no crecería. Crece lo que tiene al menos ${leastMentions} menciones ahora.`,
      `Without the mentions of one account it would not rise. What rises has at least ${leastMentions} mentions now.`,
    ),
  }),
  balanceBefore: described('balanceBefore', 'balance of the period before', {
    ...{ unit: 'balance', grain },
    nullWhen: both(
      'El periodo anterior no se conoce completo, o menos de 10 menciones tienen sentimiento',
      'The period before is not known in full, or fewer than 10 of its mentions have a sentiment',
    ),
    label: both('Balance anterior', 'Balance before'),
    description: both(
      'Balance del periodo anterior, por la misma regla.',
      'The balance of the preceding period, by the same rule.',
    ),
  }),
  balanceDifference: described('balanceDifference', 'balance of the one − balance of the other', {
    ...{ unit: 'balanceDifference', grain },
    nullWhen: both('Uno de los dos no tiene sentimiento', 'One of the two has no sentiment'),
    label: both('Diferencia de balance', 'Difference of balance'),
    description: both(
      'De este periodo frente al anterior, de un término frente al resto, o de un aspecto frente a otro.',
      'Of this period against the one before, of a term against the rest, or of an aspect against another.',
    ),
  }),
  balancePValue: described(
    'balancePValue',
    '2 Φ(−|difference| / √(variance × (1 / n + 1 / m))), variance: that of −1, 0 and 1 over both',
    {
      ...{ unit: 'probability', grain },
      nullWhen: both(
        'Menos de 10 menciones con sentimiento en uno, o de 30 en ambos',
        'Fewer than 10 mentions with a sentiment in one, or 30 in both',
      ),
      label: both('Probabilidad de la diferencia', 'Probability of the difference'),
      description: both(
        'Con qué frecuencia el azar da una diferencia de balance así (tendencia en proporciones: Armitage, Mantel). Entre dos aspectos: dentro de lo que habla de ambos, y por autor (Mantel, McNemar; Zhang y Boos).',
        'How often chance gives such a difference of balance (trend in proportions: Armitage, Mantel). Between two aspects: within what speaks of both, and by author (Mantel, McNemar; Zhang and Boos).',
      ),
    },
  ),
  balanceVerdict: described(
    'balanceVerdict',
    'the probability of the difference, at the level of Benjamini and Hochberg among all that are tested, and once more without each author who may have moved it',
    {
      ...{ unit: 'verdict', grain, nullWhen: notKnown },
      label: both('Cómo se habla', 'How it is spoken of'),
      description: both(
        'Qué se dice de la diferencia de balance: de lo que mejora o empeora, un 5% se espera que sea azar.',
        'What is said of the difference of balance: of what is better or worse 5 % are expected to be chance.',
      ),
      values: {
        better: both('Se habla mejor', 'It is spoken of better'),
        worse: both('Se habla peor', 'It is spoken of worse'),
        steady: chance,
        tooFew: both(
          'Menos de 10 menciones con sentimiento en uno, o de 30 en ambos',
          'Fewer than 10 mentions with a sentiment in one, or 30 in both',
        ),
        oneAuthor: oneAccount,
      },
    },
  ),
  densityPValue: described(
    'densityPValue',
    '2 Φ(−|mentions − all s| / √(all s (1 − s))), s: population / population of all regions',
    {
      ...{ unit: 'probability', grain: both('Región y periodo', 'Region and period') },
      nullWhen: both('No se dijo nada', 'Nothing was said'),
      label: both('Probabilidad por habitante', 'Probability for inhabitants'),
      description: both(
        'Con qué frecuencia el azar da tantas menciones para sus habitantes, si de todas las regiones se dijera lo mismo.',
        'How often chance gives as many mentions for its inhabitants where all regions say as much.',
      ),
    },
  ),
  tested: described('tested', '|{ what was tested together }|', {
    ...{ unit: 'count', grain: both('Comparación', 'Comparison'), nullWhen: null },
    label: both('Comparaciones', 'Comparisons'),
    description: both(
      'Cuántas diferencias se probaron a la vez, la dicha incluida: de aspectos, pares.',
      'How many differences were tested together, the one that is told included: of aspects, pairs.',
    ),
  }),
  topAuthorShare: {
    ...described('topAuthorShare', notationOf(ofTopAuthor), {
      ...{ unit: 'fraction', grain: both('Término, aspecto o variación', 'Term, aspect or shift') },
      nullWhen: both(
        'No hay menciones, o no se conocen sus autores',
        'There are no mentions, or their authors are not known',
      ),
      label: both('Parte de una sola cuenta', 'Part of one account'),
      description: both(
        'Parte de las menciones que dio la cuenta que más dio; de una tasa de interacción, parte de las interacciones.',
        'Part of the mentions that the account gave that gave most; of a rate of engagement, part of the interactions.',
      ),
    }),
    of: (measures: Measures<'topAuthor' | 'mentions'>) => evaluate(ofTopAuthor, measures),
  },
} as const satisfies Record<string, MetricText & { readonly of?: unknown }>

/** A verdict of a change, as the registry says which there are. */
export type GrowthVerdict = keyof typeof changeDefinitions.growthVerdict.values
export type BalanceVerdict = keyof typeof changeDefinitions.balanceVerdict.values
