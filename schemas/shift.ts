// Generated from shift.avsc by scripts/generate-types.mjs: change the schema, then run it.

/** A change worth a look: more or less talk of a term than was to be expected, a turn of its sentiment, of what reactions it gets, a source that has fallen silent, or a term that is new. A shift has one identity from its beginning to its end (shiftId), and is told of several times: opened, then updated, then closed, each with a higher revision. Key of the record: shiftId. Timestamp of the record: end of the window, less one millisecond. */
export interface Shift {
  /** More than expected for a while; less; sentiment moved; a term that was not there before; another level, up or down, that lasts; a slow change; a source from which nothing comes any more, which is not a drop. */
  readonly shift: ShiftKind
  /** Canonical form, as in trends. */
  readonly term: string
  /** What the term is. */
  readonly kind: ShiftTermKind
  /** Ubigeo of the department; * for all regions. */
  readonly region: string
  /** Kind of the window in which it was seen. */
  readonly window: ShiftWindow
  /** Start of the window in which this was told, included. */
  readonly start: number
  /** End of the window, excluded. */
  readonly end: number
  /** The figure that moved, as the registry of metrics defines it. mentions: volume; netSentiment: balance, -1 to 1; shareOfVoice: part of all mentions, 0 to 1. */
  readonly measure: ShiftMeasure
  /** What was to be expected of the figure, from its own past: of counts in one window, of the others as such. Mean over the shift so far. */
  readonly expected: number
  /** What it was, in the same way. */
  readonly observed: number
  /** Distance between the two over the last windows, in standard deviations of the expectation; below 0 when it is less. */
  readonly deviation: number
  /** Probability of a window as far off by chance, 0 to 1, the smallest so far; null where the method gives none. */
  readonly pValue: number | null
  /** Mentions in the window: how much talk stands behind the shift. */
  readonly mentions: number
  /** postIds of mentions that show it: of different authors and texts, at most 5. */
  readonly evidence: readonly string[]
  /** What it is due to, strongest first, at most 5: parts of the series that changed out of proportion (a term by its name, region:UBIGEO, source:NAME, author:ID, reposts), then terms that moved in the same direction at the same time. */
  readonly causes: readonly string[]
  /** Name and version of the detector. */
  readonly method: string
  /** Identity of the shift from its beginning to its end: made of its series and of the window in which it began, so that a replay gives the same. */
  readonly shiftId: string
  /** Whether it is told for the first time, again, or for the last time. */
  readonly state: ShiftState
  /** 1, 2, 3 ... within the shift. */
  readonly revision: number
  /** Start of the window in which the figure first was off. */
  readonly openedAt: number
  /** By the size of the effect: below 1.5 times or 15 points, below 3 times or 30 points, or more, the most that the shift has had: it does not fall while the shift goes on. A silent source is high. */
  readonly severity: ShiftSeverity
  /** Size of the effect: observed / expected - 1; of netSentiment observed - expected. */
  readonly effect: number
  /** The source whose mentions these are; null: all. */
  readonly source: string | null
  /** Part of what the measure counts that came, window by window, from the author of whom most came, 0 to 1: of mentions, or of a rate of engagement of the interactions with posts of one author. Near 1 it is of one rather than of many; null where nothing came, or from authors that are not known. */
  readonly topAuthorShare: number | null
  /** Of what is more than usual, the part that repeats an author or a text, 0 to 1: near 0 many people say it in words of their own (organic), near 1 few do, or many say the same (pushed). Null where too little was said to tell, and of shifts that are no rise of talk. */
  readonly pushed: number | null
}

export type ShiftSeverity = 'low' | 'medium' | 'high'

export type ShiftState = 'opened' | 'updated' | 'closed'

export type ShiftMeasure =
  | 'mentions'
  | 'authors'
  | 'netSentiment'
  | 'shareOfVoice'
  | 'engagementRateByViews'
  | 'engagementRateByReach'

export type ShiftWindow = 'minute' | 'tenMinutes' | 'hour' | 'day' | 'quarterHour'

export type ShiftTermKind = 'all' | 'dish' | 'ingredient' | 'brand' | 'place' | 'hashtag' | 'word'

export type ShiftKind = 'spike' | 'drop' | 'turn' | 'emerging' | 'level' | 'drift' | 'silence'
