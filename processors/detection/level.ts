/** Exponentially weighted mean: sum and weight apart, so that a young one is a plain mean. */
export interface Level {
  sum: number
  weight: number
  /** Mean absolute error of its forecasts. */
  error: number
}

export const emptyLevel = (): Level => ({ sum: 0, weight: 0, error: 0 })

/** What is left of the weight of a row after the next. @param halfLife in rows */
export const fading = (halfLife: number): number => 2 ** (-1 / halfLife)

/** Mean, drawn to a prior as if that had been seen in some rows. The prior alone where nothing was seen. */
export const levelOf = ({ sum, weight }: Level, prior: number, rows: number): number =>
  weight + rows > 0 ? (sum + prior * rows) / (weight + rows) : prior

/** Takes in a value, with the weight that it stands for: 1, or for a rate the size of what it is the rate of. */
export function learnLevel(level: Level, value: number, weight: number, fade: number): void {
  level.sum = level.sum * fade + value
  level.weight = level.weight * fade + weight
}
