/**
 * How improbable the deviation of a scan is in this series, rather than in the model: the share of rows beyond two
 * standard deviations, and the mean excess of a logarithm there, as in `tail.ts`.
 */
const bend = (deviation: number): number => 3 * Math.log10(1 + (deviation * deviation) / 5)
const threshold = bend(2)
const prior = { rate: 0.05, rows: 1_000, excess: 0.24, hits: 40 } as const
const kept = { rows: 4_000, hits: 200 } as const
const largestExcess = 5
const leastExcess = 0.22

/** Of each scan the share of rows beyond the threshold and their mean excess. */
export const emptyScanTails = (scans: number): Float32Array =>
  new Float32Array(2 * scans).map((_, index) => (index % 2 === 0 ? prior.rate : prior.excess))

/** -log10 of the share of rows that lie as far out. */
export function scanRarity(tails: Float32Array, index: number, deviation: number): number {
  if (!(deviation > 0)) return 0
  const common = -Math.log10(tails[2 * index] as number)
  const bent = bend(deviation)
  if (bent <= threshold) return common * (bent / threshold)
  return common + ((bent - threshold) / Math.max(leastExcess, tails[2 * index + 1] as number)) * Math.LOG10E
}

/** Learns from a row. @param weight 1, or less for a row that belongs to an event */
export function learnScanTail(
  tails: Float32Array,
  index: number,
  deviation: number,
  rows: number,
  weight: number,
): void {
  const rate = tails[2 * index] as number
  const mean = tails[2 * index + 1] as number
  const seen = Math.min(rows, kept.rows)
  const bent = deviation > 0 ? bend(deviation) : 0
  const isBeyond = bent > threshold
  if (isBeyond) {
    const hits = prior.hits + Math.min(kept.hits, rate * seen)
    const excess = Math.min(bent - threshold, largestExcess * mean)
    tails[2 * index + 1] = mean + ((excess - mean) * weight) / (hits + 1)
  }
  tails[2 * index] = rate + (((isBeyond ? 1 : 0) - rate) * weight) / (prior.rows + seen + 1)
}
