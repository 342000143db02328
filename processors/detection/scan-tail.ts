/**
 * How improbable the deviation of a scan is in this series, rather than in the model: the share of rows beyond two
 * standard deviations, and the mean excess of a logarithm there, as in `tail.ts`. A stretch of rows teaches when it is
 * over: a shift that lasts would else make its own tail heavy.
 */
const bend = (deviation: number): number => 3 * Math.log10(1 + (deviation * deviation) / 5)
const threshold = bend(2)
const prior = { rate: 0.05, rows: 1_000, excess: 0.24, hits: 40 } as const
const kept = { rows: 4_000, hits: 200 } as const
const largestExcess = 5
const leastExcess = 0.22
/** The rows of a stretch know of each other: it teaches as so many of them at most. */
const mostOfStretch = 16
/** Of each scan: the share of rows beyond the threshold and their mean excess; of the stretch, rows beyond and their excess. */
const fields = 4

/** Tails of so many scans. */
export const emptyScanTails = (scans: number): Float32Array =>
  new Float32Array(fields * scans).map((_, index) =>
    index % fields === 0 ? prior.rate : index % fields === 1 ? prior.excess : 0,
  )

/** -log10 of the share of rows that lie as far out. */
export function scanRarity(tails: Float32Array, index: number, deviation: number): number {
  if (!(deviation > 0)) return 0
  const at = fields * index
  const common = -Math.log10(tails[at] as number)
  const bent = bend(deviation)
  if (bent <= threshold) return common * (bent / threshold)
  return common + ((bent - threshold) / Math.max(leastExcess, tails[at + 1] as number)) * Math.LOG10E
}

/**
 * Learns from a row.
 * @param deviation 0 where nothing speaks for a shift: what stretch there was is over
 * @param weight 1, or less for a row that belongs to an event
 */
export function learnScanTail(
  tails: Float32Array,
  index: number,
  deviation: number,
  rows: number,
  weight: number,
): void {
  const at = fields * index
  const seen = prior.rows + Math.min(rows, kept.rows)
  const bent = deviation > 0 ? bend(deviation) : 0
  if (bent > threshold) {
    const excess = Math.min(bent - threshold, largestExcess * (tails[at + 1] as number))
    tails[at + 2] = (tails[at + 2] as number) + weight
    tails[at + 3] = (tails[at + 3] as number) + weight * excess
    return
  }
  const rate = tails[at] as number
  tails[at] = rate - (rate * weight) / (seen + 1)
  const beyond = tails[at + 2] as number
  if (deviation > 0 || beyond === 0) return
  const mean = tails[at + 1] as number
  const hits = prior.hits + Math.min(kept.hits, rate * (seen - prior.rows))
  const said = Math.min(mostOfStretch, beyond)
  tails[at] = rate + ((1 - rate) * beyond) / (seen + beyond)
  tails[at + 1] = mean + (((tails[at + 3] as number) / beyond - mean) * said) / (hits + said)
  tails[at + 2] = 0
  tails[at + 3] = 0
}
