/**
 * What every series is watched with; one set for all. Half-lives are in rows, so that they mean the same for rows of a
 * minute and of a day. Chosen by reasoning and on simulated series (bench/NOTES.md), where no result hangs on one value.
 */
export const parameters = {
  /** A deviation of a row is rare when one as rare is met once in so many rows. */
  oneIn: 1_500,
  /** An event is told when one as rare comes once in so many rows. */
  eventsOneIn: 4_000,
  /** Tails of the deviations of events, as `tail.ts` learns them. */
  tails: {
    /** Believed as long as little was seen, as if it had been seen in so many rows and clusters. */
    prior: { rate: 0.03, rows: 200, excess: 0.4, hits: 15 },
    /** Rows and clusters over which is averaged, at most: older ones fade. */
    kept: { rows: 8_000, hits: 200 },
    /** Sums fade sooner: the first weeks, when the season is not yet known, must not speak for later ones. */
    keptOfSums: { rows: 2_000, hits: 50 },
    /** A peak counts as this many means at most, so that one event does not make the next invisible. */
    largestExcess: 5,
    /** No series is taken to have lighter tails than this: what is rare by the letter but small is not told. */
    leastExcess: 0.3,
    /** A cluster is over after so many rows that are calm, and those that the half-life of a sum has. */
    calm: 6,
  },
  /** Nothing is told of a series before so many rows. */
  warmUp: 100,
  /**
   * By how many decades an event must be rarer than others where it is seen in this alone. One batch of a bot is a row, an
   * event lasts for two. Of long sums and of the spread few clusters are ever seen, so that their tails are known badly.
   */
  rarer: { row: 1, hour: 0.1, quarter: 0.6, fall: 1, day: 2, spreadUp: 2, spreadDown: 3 },
  /** Half-lives of the levels that forecasts are mixed from. */
  levels: { fast: 3, medium: 48, slow: 1_000 },
  /** How many standard deviations of a row the levels take in. */
  reach: { fast: 8, medium: 8, slow: 6 },
  /** The slow level forgets no faster than in so many days, however near the rows are: it must not follow the hours. */
  slowestDays: 3,
  /** Half-life of what is known of errors: the noise, and which level forecasts best. */
  errors: 500,
  /**
   * Half-lives of the sums that find shifts too small for a row; told after so many days and rows, or so many rows.
   */
  sums: {
    hour: 4,
    quarter: 24,
    day: 96,
    learnAfterDays: 3,
    tellAfterDays: 4,
    rows: 300,
    orRows: 2_000,
    halfLives: 20,
  },
  /**
   * What sums vary is learned from themselves, as if they had been seen in so many half-lives before; over so many rows at
   * most, and one counts as so many times the mean square.
   */
  scales: { halfLives: 4, rows: 4_000, most: 9 },
  /** Half-lives of the spread of the last rows and of the usual one, and the rows before it is told. */
  spread: { recent: 48, usual: 2_000, rows: 300 },
  /**
   * Within so many rows after an alert all is the same event, unless it is by so many decades rarer than the peak that the
   * event had in its first rows.
   */
  rest: 144,
  escalation: 1,
  growth: 24,
  /** What rows of an event teach about what is usual, against 1 for others. */
  eventWeight: 0.2,
  /**
   * An event is over when its rows and their sum are within so many standard deviations again. Until then it teaches
   * neither the level nor the season, from so many days on, when those are known. One that lasts from a day to the next
   * is not what comes at the same hours; after so many days and rows it is what is usual.
   */
  departs: { back: 2, afterDays: 5, lastingDays: 0.75, usualAfter: { days: 3, rows: 144 } },
  /** A count must exceed what was expected by that many. */
  leastCount: 4,
  /** A value that stays the same, or no row, is silence after so many rows and so many times the longest before. */
  silence: { rows: 24, times: 3 },
} as const

/** Rarity, as -log10 of a share of rows, from which a row is rare. */
export const alertRarity = Math.log10(parameters.oneIn)
