import { leastScored } from './interval.js'
import { changeDefinitions } from './metrics/changes.js'
import { comparisonDefinitions, intervalDefinitions } from './metrics/comparison.js'
import type { MetricText, Text } from './metrics/definition.js'
import { engagementDefinitions, engagementSides, observedPosts } from './metrics/engagement.js'
import { enough, evaluate, type Formula, measure, minus, notationOf, over, plus, sqlOf } from './metrics/formula.js'
import { scoreDefinitions } from './metrics/scores.js'
import { emergingDefinitions, shiftDefinitions } from './metrics/shifts.js'
import { surveyDefinitions } from './metrics/surveys.js'
import type { Trend } from './trend.js'

export type { MetricText, Text } from './metrics/definition.js'

/** The figures of a trend that add up over windows. Distinct authors do not: see `authors`. */
export type Counts = Pick<Trend, 'mentions' | 'reposts' | 'negative' | 'neutral' | 'positive' | 'unsure'>

export const noCounts: Counts = Object.freeze({
  mentions: 0,
  reposts: 0,
  negative: 0,
  neutral: 0,
  positive: 0,
  unsure: 0,
})

/**
 * What a metric of mentions is: the only place where it is said. The API computes it with `overTrends`, the live board
 * with `of`; all give the same number.
 */
export interface MetricDefinition extends MetricText {
  /**
   * ClickHouse expression over rows of `pulso.trends_latest` windows that do not overlap, or of `pulso.terms_by_hour_view`, which
   * has all windows of emerging words; null when windows cannot tell.
   */
  readonly overTrends: string | null
  /** The same over rows of `pulso.aspects_by_hour_view` or of days of one aspect, of which it then is; null when they cannot tell. */
  readonly overAspects: string | null
  /** ClickHouse expression over rows of `pulso.mentions` (changes with a sign). */
  readonly overMentions: string
  /** The same from counts that were summed; null when counts cannot tell. */
  readonly of: ((counts: Counts) => number | null) | null
}

const original = 'isNull(repostOf)'
const labelled = (label: string) => `sumIf(sign, ${original} AND sentiment = '${label}')`

type Measure = keyof Counts
const overTrends: Readonly<Record<Measure, string>> = {
  mentions: 'sum(mentions)',
  reposts: 'sum(reposts)',
  negative: 'sum(negative)',
  neutral: 'sum(neutral)',
  positive: 'sum(positive)',
  unsure: 'sum(unsure)',
}
/** The same; what is said of an aspect is sure or not with the mention, which is not counted. */
const overAspects = { ...overTrends, unsure: 'NULL' }
/** ClickHouse expressions over rows of `pulso.mentions` (changes with a sign), for each figure that adds up. */
export const overMentions: Readonly<Record<Measure, string>> = {
  mentions: `sumIf(sign, ${original})`,
  reposts: 'sumIf(sign, isNotNull(repostOf))',
  negative: labelled('negative'),
  neutral: labelled('neutral'),
  positive: labelled('positive'),
  unsure: `sumIf(sign, ${original} AND NOT sure)`,
}

const scored = plus<Measure>(measure('positive'), measure('neutral'), measure('negative'))
/** One rule for all that is said of sentiment, wherever it is said. */
const fewScored: Text = {
  es: `Menos de ${leastScored} menciones tienen sentimiento`,
  en: `Fewer than ${leastScored} mentions have a sentiment`,
}
const ofScored = (formula: Formula<Measure>) => enough(formula, scored, leastScored)
const grain: Text = { es: 'Término, región y periodo', en: 'Term, region and period' }

type Said = Pick<MetricText, 'unit' | 'nullWhen' | 'label' | 'description'>

const defined = <Name extends string>(name: Name, formula: Formula<Measure>, said: Said) => ({
  name,
  formula: notationOf(formula),
  grain,
  ...said,
  overTrends: sqlOf(formula, overTrends),
  overAspects: sqlOf(formula, overAspects),
  overMentions: sqlOf(formula, overMentions),
  of: (counts: Counts) => evaluate(formula, counts),
})

/** @param sums of the changes of each author; who has taken back all is none */
const distinctAuthors = (sums: string): string => `length(arrayFilter(count -> count > 0, mapValues(${sums})))`

export const metrics = {
  volume: defined('volume', measure('mentions'), {
    unit: 'count',
    nullWhen: null,
    label: { es: 'Menciones', en: 'Mentions' },
    description: {
      es: 'Publicaciones y reseñas que no repiten a otra. Las ediciones cuentan una vez y las eliminadas no cuentan.',
      en: 'Posts and reviews that do not repeat another. Edits count once, deleted ones do not count.',
    },
  }),
  reposts: defined('reposts', measure('reposts'), {
    unit: 'count',
    nullWhen: null,
    label: { es: 'Republicaciones', en: 'Reposts' },
    description: {
      es: 'Publicaciones que repiten a otra; se cuentan aparte de las menciones.',
      en: 'Posts that repeat another; counted apart from mentions.',
    },
  }),
  balance: defined('balance', ofScored(over(minus(measure('positive'), measure('negative')), scored)), {
    unit: 'balance',
    nullWhen: fewScored,
    label: { es: 'Balance de sentimiento', en: 'Sentiment balance' },
    description: {
      es: 'De −1 (todo negativo) a +1 (todo positivo); 0 es equilibrio. Sin republicaciones.',
      en: 'From −1 (all negative) to +1 (all positive); 0 is even. Without reposts.',
    },
  }),
  positiveShare: defined('positiveShare', ofScored(over(measure('positive'), scored)), {
    unit: 'fraction',
    nullWhen: fewScored,
    label: { es: 'Proporción positiva', en: 'Positive share' },
    description: {
      es: 'Parte de las menciones con sentimiento que es positiva. Sin republicaciones.',
      en: 'The part of mentions with a sentiment that is positive. Without reposts.',
    },
  }),
  authors: {
    name: 'authors',
    formula: '|{ author }|',
    unit: 'count',
    grain,
    nullWhen: null,
    label: { es: 'Autores', en: 'Authors' },
    description: {
      es: 'Autores distintos de menciones y republicaciones en todo el periodo. No es la suma de los de cada ventana.',
      en: 'Distinct authors of mentions and reposts over the whole period. Not the sum of those of each window.',
    },
    overTrends: null,
    overAspects: null,
    overMentions: distinctAuthors('sumMap(map(author, toInt64(sign)))'),
    of: null,
  },
  mentionAuthors: {
    name: 'mentionAuthors',
    formula: '|{ author of a mention }|',
    unit: 'count',
    grain,
    nullWhen: null,
    label: { es: 'Autores de menciones', en: 'Authors of mentions' },
    description: {
      es: 'Autores distintos de menciones en todo el periodo, sin los que solo republican: nunca más que las menciones.',
      en: 'Distinct authors of mentions over the whole period, without those who repost alone: never more than the mentions.',
    },
    overTrends: null,
    overAspects: null,
    overMentions: distinctAuthors(`sumMapIf(map(author, toInt64(sign)), ${original})`),
    of: null,
  },
} as const satisfies Record<string, MetricDefinition>

const ofLabel = (label: 'negative' | 'neutral' | 'positive', es: string, en: string) =>
  defined(label, measure(label), {
    ...{ unit: 'count', nullWhen: null, label: { es: `Menciones ${es}`, en: `${en} mentions` } },
    description: {
      es: `Menciones cuyo sentimiento es ${es.slice(0, -2)}o; de un aspecto, lo que dicen de él. Sin republicaciones.`,
      en: `Mentions whose sentiment is ${en.toLowerCase()}; of an aspect, what they say of it. Without reposts.`,
    },
  })

/**
 * ClickHouse expressions over rows `byAuthor` of one author each, with the sums of the figures that add up: the same as
 * `overMentions` gives, several times faster where there are many authors.
 */
export const overAuthors: Readonly<Record<'authors' | 'mentionAuthors', string>> = {
  authors: 'countIf(byAuthor.mentions + byAuthor.reposts > 0)',
  mentionAuthors: 'countIf(byAuthor.mentions > 0)',
}

/** What balance and positive share are made of: told beside them. */
export const countDefinitions = {
  negative: ofLabel('negative', 'negativas', 'Negative'),
  neutral: ofLabel('neutral', 'neutras', 'Neutral'),
  positive: ofLabel('positive', 'positivas', 'Positive'),
  scored: defined('scored', scored, {
    ...{ unit: 'count', nullWhen: null, label: { es: 'Menciones con sentimiento', en: 'Mentions with a sentiment' } },
    description: {
      es: 'La muestra del balance y de la proporción positiva. Sin republicaciones.',
      en: 'The sample of the balance and the positive share. Without reposts.',
    },
  }),
  unsure: {
    ...defined('unsure', measure('unsure'), {
      ...{ unit: 'count', nullWhen: null, label: { es: 'Menciones dudosas', en: 'Unsure mentions' } },
      description: {
        es: 'Menciones cuya confianza no llega al umbral del modelo; también cuentan en su etiqueta.',
        en: 'Mentions whose confidence is below the threshold of the model; they count under their label too.',
      },
    }),
    overAspects: null,
  },
} as const satisfies Record<string, MetricDefinition>

const all = {
  ...metrics,
  ...countDefinitions,
  ...comparisonDefinitions,
  ...intervalDefinitions,
  ...changeDefinitions,
  ...engagementDefinitions,
  ...engagementSides,
  observedPosts,
  ...surveyDefinitions,
  ...shiftDefinitions,
  ...emergingDefinitions,
  ...scoreDefinitions,
} as const satisfies Record<string, MetricText>

export type MetricName = keyof typeof all

/** Every metric there is, by name: what docs, API and board tell of. */
export const registry: Readonly<Record<string, MetricText>> = all

/** Share of all mentions of the same region and period; null when there are none. Shares of terms overlap. */
export const shareOf = (mentions: number, all: number): number | null =>
  comparisonDefinitions.share.of({ mentions, allMentions: all, comparedMentions: null, population: null })
