/** Figures that are off the others, by each of two rules; as indexes, those furthest off first. */
export interface Outliers {
  readonly byRobustZ: readonly number[]
  readonly byIqr: readonly number[]
}

/** Fewer figures than that have no outliers: a quartile of them would be one or two figures. */
export const fewestFigures = 8

/** Distance from the median, in robust standard deviations, above which a figure is off (Iglewicz and Hoaglin, 1993). */
const mostRobustZ = 3.5
/** Interquartile ranges beyond a quartile from which on a figure is off (Tukey, Exploratory Data Analysis, 1977). */
const mostRanges = 1.5

/** The two rules, as results name them. */
export const outlierRule = `robustZ: |0.6745 (x - median) / MAD| > ${mostRobustZ}; iqr: x < Q1 - ${mostRanges} IQR or x > Q3 + ${mostRanges} IQR`

/**
 * Where more than half of the figures are equal, the median absolute deviation is 0: the mean absolute deviation, times
 * 1.253314, takes its place, as Iglewicz and Hoaglin advise. Null for fewer than `fewestFigures`.
 */
export function outliersOf(figures: readonly number[]): Outliers | null {
  if (figures.length < fewestFigures) return null
  const sorted = [...figures].sort((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const distances = figures.map((figure) => Math.abs(figure - median))
  const deviation = quantile(
    [...distances].sort((a, b) => a - b),
    0.5,
  )
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length
  const scale = deviation > 0 ? deviation / 0.6745 : mean * 1.253314
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)]
  const fence = mostRanges * (third - first)
  const furthestFirst = (one: number, other: number) => (distances[other] as number) - (distances[one] as number)
  const off = (isOff: (figure: number, distance: number) => boolean) =>
    figures
      .flatMap((figure, index) => (isOff(figure, distances[index] as number) ? [index] : []))
      .sort((one, other) => furthestFirst(one, other) || one - other)
  return {
    byRobustZ: off((_, distance) => distance > mostRobustZ * scale),
    byIqr: off((figure) => figure < first - fence || figure > third + fence),
  }
}

/**
 * Quantile with linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 * @param sorted ascending, at least one
 * @param share 0 to 1
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] as number
  const above = sorted[Math.ceil(place)] as number
  return below + (above - below) * (place - Math.floor(place))
}
