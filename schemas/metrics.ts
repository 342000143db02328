import type { Trend } from './trend.js'

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

export interface Text {
  readonly es: string
  readonly en: string
}

/**
 * What a metric is: the only place where it is said. The API computes it with `sql`, the live board with `of`; both
 * give the same number.
 */
export interface MetricDefinition {
  readonly name: string
  /** In mathematical notation, for people. */
  readonly formula: string
  /** How a value is read: a number of things, a fraction from 0 to 1, or a balance from -1 to 1. */
  readonly unit: 'count' | 'fraction' | 'balance'
  /** When there is no value. */
  readonly nullWhen: Text | null
  readonly label: Text
  readonly description: Text
  /** ClickHouse expression over rows of `pulso.trends` windows that do not overlap; null when windows cannot tell. */
  readonly overTrends: string | null
  /** ClickHouse expression over rows of `pulso.mentions` (changes with a sign). */
  readonly overMentions: string
  /** The same from counts that were summed; null when counts cannot tell. */
  readonly of: ((counts: Counts) => number | null) | null
}

const original = 'isNull(repostOf)'
const labelled = (label: string) => `sumIf(sign, ${original} AND sentiment = '${label}')`
const ratio = (above: number, below: number): number | null => (below === 0 ? null : above / below)
const scored = ({ negative, neutral, positive }: Counts): number => negative + neutral + positive
const noneScored: Text = { es: 'Ninguna mención tiene sentimiento', en: 'No mention has a sentiment' }

export const metrics = {
  volume: {
    name: 'volume',
    formula: 'Σ mentions',
    unit: 'count',
    nullWhen: null,
    label: { es: 'Menciones', en: 'Mentions' },
    description: {
      es: 'Publicaciones y reseñas que no repiten a otra. Las ediciones cuentan una vez y las eliminadas no cuentan.',
      en: 'Posts and reviews that do not repeat another. Edits count once, deleted ones do not count.',
    },
    overTrends: 'sum(mentions)',
    overMentions: `sumIf(sign, ${original})`,
    of: ({ mentions }) => mentions,
  },
  reposts: {
    name: 'reposts',
    formula: 'Σ reposts',
    unit: 'count',
    nullWhen: null,
    label: { es: 'Republicaciones', en: 'Reposts' },
    description: {
      es: 'Publicaciones que repiten a otra; se cuentan aparte de las menciones.',
      en: 'Posts that repeat another; counted apart from mentions.',
    },
    overTrends: 'sum(reposts)',
    overMentions: 'sumIf(sign, isNotNull(repostOf))',
    of: ({ reposts }) => reposts,
  },
  balance: {
    name: 'balance',
    formula: '(positive − negative) / (positive + neutral + negative)',
    unit: 'balance',
    nullWhen: noneScored,
    label: { es: 'Balance de sentimiento', en: 'Sentiment balance' },
    description: {
      es: 'De −1 (todo negativo) a +1 (todo positivo); 0 es equilibrio. Sin republicaciones.',
      en: 'From −1 (all negative) to +1 (all positive); 0 is even. Without reposts.',
    },
    overTrends:
      'if(sum(negative + neutral + positive) = 0, NULL, (sum(positive) - sum(negative)) / sum(negative + neutral + positive))',
    overMentions: `if(${labelled('negative')} + ${labelled('neutral')} + ${labelled('positive')} = 0, NULL, (${labelled('positive')} - ${labelled('negative')}) / (${labelled('negative')} + ${labelled('neutral')} + ${labelled('positive')}))`,
    of: (counts) => ratio(counts.positive - counts.negative, scored(counts)),
  },
  positiveShare: {
    name: 'positiveShare',
    formula: 'positive / (positive + neutral + negative)',
    unit: 'fraction',
    nullWhen: noneScored,
    label: { es: 'Proporción positiva', en: 'Positive share' },
    description: {
      es: 'Parte de las menciones con sentimiento que es positiva. Sin republicaciones.',
      en: 'The part of mentions with a sentiment that is positive. Without reposts.',
    },
    overTrends: 'if(sum(negative + neutral + positive) = 0, NULL, sum(positive) / sum(negative + neutral + positive))',
    overMentions: `if(${labelled('negative')} + ${labelled('neutral')} + ${labelled('positive')} = 0, NULL, ${labelled('positive')} / (${labelled('negative')} + ${labelled('neutral')} + ${labelled('positive')}))`,
    of: (counts) => ratio(counts.positive, scored(counts)),
  },
  authors: {
    name: 'authors',
    formula: '|{ author }|',
    unit: 'count',
    nullWhen: null,
    label: { es: 'Autores', en: 'Authors' },
    description: {
      es: 'Autores distintos de menciones y republicaciones en todo el periodo. No es la suma de los de cada ventana.',
      en: 'Distinct authors of mentions and reposts over the whole period. Not the sum of those of each window.',
    },
    overTrends: null,
    overMentions: 'length(arrayFilter(count -> count > 0, mapValues(sumMap(map(author, toInt64(sign))))))',
    of: null,
  },
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof metrics

/** Share of all mentions of the same region and period; null when there are none. Shares of terms overlap. */
export const shareOf = (mentions: number, all: number): number | null => ratio(mentions, all)
