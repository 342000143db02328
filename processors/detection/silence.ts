import { logNone } from './negative-binomial.js'
import type { Law } from './noise.js'
import { alertRarity, parameters } from './parameters.js'

/** How long nothing has come: of counts how improbable the zeros since are, of others how many rows are the same. */
export interface Silence {
  now: number
  longest: number
  /** Largest distance of rows in time, in usual ones. */
  longestGap: number
  /** 1 from when silence was told until something comes. */
  told: number
}

export const emptySilence = (): Silence => ({ now: 0, longest: 0, longestGap: 1, told: 0 })

/**
 * Takes a row in and gives how long the silence is against what would tell of one: from 1 on the source is silent. A
 * source that was often silent as long is not.
 * @param expected what the slow baseline says, which does not follow the silence
 */
export function learnSilence(
  silence: Silence,
  value: number,
  last: number,
  rows: number,
  expected: number,
  law: Law,
  isCount: boolean,
): number {
  const isSame = isCount ? value === 0 : rows > 0 && value === last
  if (!isSame) {
    silence.longest = Math.max(silence.longest, silence.now)
    silence.now = 0
    silence.told = 0
    return 0
  }
  silence.now += isCount ? -logNone(Math.max(0, expected), law.overdispersion) * Math.LOG10E : 1
  // a measurement that never was another does not hang
  const isConstant = !isCount && silence.now >= rows
  if (rows < parameters.warmUp || isConstant) silence.longest = Math.max(silence.longest, silence.now)
  const least = isCount ? alertRarity + 1 : parameters.silence.rows
  return silence.now / Math.max(least, parameters.silence.times * silence.longest)
}

/** Takes in the time since the row before, in usual distances; from 1 on such a gap is a silence. */
export function learnGap(silence: Silence, gap: number, rows: number): number {
  const least = Math.max(parameters.silence.rows, parameters.silence.times * silence.longestGap)
  silence.longestGap = Math.max(silence.longestGap, gap)
  return rows < parameters.warmUp ? 0 : gap / least
}
