// Generated from shift.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A change worth a look: more or less talk of a term than was to be expected, a turn of its sentiment, or a term that is new. Key of the record: term, kind, region and window kind, separated by U+001F, as in trends. Timestamp of the record: end of the window, less one millisecond. */
export interface Shift {
  /** More than expected; less; sentiment moved; a term that was not there before. */
  readonly shift: ShiftKind
  /** Canonical form, as in trends. */
  readonly term: string
  /** What the term is. */
  readonly kind: ShiftTermKind
  /** Ubigeo of the department; * for all regions. */
  readonly region: string
  /** Kind of the window in which it was seen. */
  readonly window: ShiftWindow
  /** Start of the window, included. */
  readonly start: number
  /** End of the window, excluded. */
  readonly end: number
  /** The figure that moved. netSentiment: (positive - negative) / mentions, -1 to 1. */
  readonly measure: ShiftMeasure
  /** What was to be expected of the figure, from its own past. */
  readonly expected: number
  /** What it was. */
  readonly observed: number
  /** Distance between the two in standard deviations of the expectation; below 0 for a drop. */
  readonly deviation: number
  /** Probability of a figure at least as far off by chance, 0 to 1; null where the method gives none. */
  readonly pValue: number | null
  /** Mentions in the window: how much talk stands behind the shift. */
  readonly mentions: number
  /** postIds of mentions that show it best, at most 5. */
  readonly evidence: readonly string[]
  /** Terms that rose together with it, strongest first, at most 5. */
  readonly causes: readonly string[]
  /** Name and version of the detector. */
  readonly method: string
}

export type ShiftMeasure = 'mentions' | 'authors' | 'netSentiment'

export type ShiftWindow = 'minute' | 'tenMinutes' | 'hour' | 'day'

export type ShiftTermKind = 'all' | 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'

export type ShiftKind = 'spike' | 'drop' | 'turn' | 'emerging'
