// Generated from trend.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** What was said of one term in one region in one window. Key of the record: term, kind, region and window kind, separated by U+001F. Timestamp of the record: the largest timestamp of what was counted. Early results have isFinal false and are replaced by those of a higher revision; each window has exactly one final, which is never revised. */
export interface Trend {
  /** Canonical form; * counts all mentions. */
  readonly term: string
  /** What the term is. */
  readonly kind: TrendTermKind
  /** Ubigeo of the department; * counts all regions, the unknown one included. */
  readonly region: string
  /** Minute, ten minutes advancing by one, hour, day of America/Lima. */
  readonly window: TrendWindow
  /** Start of the window, included. */
  readonly start: number
  /** End of the window, excluded. */
  readonly end: number
  /** True once, for the last result of the window. */
  readonly isFinal: boolean
  /** 1, 2, 3 ... within the window. */
  readonly revision: number
  /** Posts and reviews that are not reposts. */
  readonly mentions: number
  /** Reposts, counted apart. */
  readonly reposts: number
  /** Mentions with this label, reposts excluded. */
  readonly negative: number
  /** Mentions with this label, reposts excluded. */
  readonly neutral: number
  /** Mentions with this label, reposts excluded. */
  readonly positive: number
  /** Mentions whose label is below the model's threshold; they are counted under their label too. */
  readonly unsure: number
  /** Distinct authors of mentions and reposts. */
  readonly authors: number
  /** What those mentions say of aspects of eating out, in the order of their names; those of which nothing is said are left out. Always empty for words. */
  readonly aspects: readonly TrendAspect[]
}

export interface TrendAspect {
  /** What is spoken of: food, service, price, ambience or menu, or what another model knows. */
  readonly aspect: string
  /** Mentions that speak of it, reposts excluded: the sum of the three below. */
  readonly mentions: number
  /** Those that speak ill of it, whatever they say of the rest. */
  readonly negative: number
  /** Those that say neither. */
  readonly neutral: number
  /** Those that speak well of it. */
  readonly positive: number
}

export type TrendWindow = 'minute' | 'tenMinutes' | 'hour' | 'day'

export type TrendTermKind = 'all' | 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'
