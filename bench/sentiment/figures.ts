/** The value below which a share of the numbers lies. @param share 0 to 1 */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** With `digits` behind the point. */
export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

/** Wall seconds that a call takes. */
export async function secondsOf(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await call()
  return (performance.now() - start) / 1000
}
