/**
 * What every series is watched with; one set for all. Half-lives are in rows, so that they mean the same for rows of a
 * minute and of a day. Chosen by reasoning and on simulated series (bench/NOTES.md), where no result hangs on one value.
 */
export const parameters = {
  /** A deviation is told when one as rare is met once in so many rows. */
  oneIn: 1_500,
  /** Nothing is told of a series before so many rows. */
  warmUp: 100,
  /** A single row must be so many times as rare: one batch of a bot is a row, an event lasts for two. */
  aloneRarer: 10,
  /** Half-lives of the levels that forecasts are mixed from. */
  levels: { fast: 3, medium: 24, slow: 1_000 },
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
    day: 96,
    learnAfterDays: 3,
    tellAfterDays: 4,
    rows: 300,
    orRows: 2_000,
  },
  /** Half-lives of the spread of the last rows and of the usual one, and the rows before it is told. */
  spread: { recent: 48, usual: 2_000, rows: 300 },
  /** Within so many rows after an alert all is the same event, unless it is so many times as rare (in decades). */
  rest: 144,
  escalation: 2,
  /** What rows of an event teach about what is usual, against 1 for others. */
  eventWeight: 0.2,
  /** A count must exceed what was expected by that many. */
  leastCount: 4,
  /** A value that stays the same, or no row, is silence after so many rows and so many times the longest before. */
  silence: { rows: 24, times: 3 },
} as const

/** Rarity, as -log10 of a share of rows, from which an alert is given: its score is 0.5. */
export const alertRarity = Math.log10(parameters.oneIn)
