import type { Random } from '../shifts/random.js'

export const minute = 60_000
export const hour = 60 * minute
export const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** From `least` to `most`, evenly by logarithm. */
export const logarithmic = (random: Random, least: number, most: number): number =>
  least * (most / least) ** random.uniform()

/** A variable with a power-law tail, 1 at least. */
export const pareto = (random: Random, exponent: number): number => (1 - random.uniform()) ** (-1 / exponent)

/** A day of a smooth shape, 1 in the mean; less at weekends. @param depth from 0 to 1 */
export function seasonOf(random: Random, depth: number, weekend: number) {
  const [peak, second] = [10 + 10 * random.uniform(), 24 * random.uniform()]
  return (hours: number): number => {
    const day = Math.floor(hours / 24) % 7
    const part = Math.cos((2 * Math.PI * (hours - peak)) / 24) + 0.4 * Math.cos((4 * Math.PI * (hours - second)) / 24)
    return (1 + (depth * part) / 1.4) * (day >= 5 ? weekend : 1)
  }
}

/** Noise in which a part of each value is left in the next. */
export function noiseOf(random: Random, memory: number) {
  let last = random.normal()
  return (): number => {
    last = memory * last + Math.sqrt(1 - memory * memory) * random.normal()
    return last
  }
}
