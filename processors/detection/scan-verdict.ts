import type { Shape } from './detector.js'
import { alertRarity, parameters } from './parameters.js'
import type { Scanned } from './scan.js'
import type { Direction } from './tail.js'

/** The rarest of the scans of a row. */
export interface Rarest {
  readonly rarity: number
  readonly sign: 1 | -1
  readonly sums: Scanned | null
}

export const nothingRare: Rarest = { rarity: 0, sign: 1, sums: null }

/** What is said of a row. */
export interface ScanVerdict {
  /** -log10 of the share of rows that are as far out, together with the row before. */
  readonly rarity: number
  readonly shape: Shape | null
  readonly direction: Direction
}

/** A shift of more rows than this is one of the level; of more than that it has come slowly. */
const [spikeRows, levelRows] = [12, 96]
/** Rows of an event teach little of what is usual. */
const eventWeight = 0.1

/** How much a row teaches. */
export const weightOf = ({ rarity }: Rarest): number => (rarity >= alertRarity ? eventWeight : 1)

/** The rarity with its direction as sign, for the next row. */
export const signedRarity = ({ rarity, sign }: Rarest): number => sign * rarity

/**
 * A shift is what the row before showed as well: chance gives single rows, a shift lasts.
 * @param before `signedRarity` of the row before
 */
export function verdictOf(rarest: Rarest, before: number, rows: number): ScanVerdict {
  const { sign, sums } = rarest
  const rarity = rows < parameters.warmUp ? 0 : Math.max(0, Math.min(rarest.rarity, sign * before))
  const isRare = sums !== null && rarity >= alertRarity
  return { rarity, shape: isRare ? shapeOf(sums, sign) : null, direction: sign > 0 ? 'up' : 'down' }
}

const shapeOf = ({ rows }: Scanned, sign: 1 | -1): Shape =>
  rows > levelRows ? 'drift' : rows > spikeRows ? 'level-shift' : sign > 0 ? 'spike' : 'drop'
