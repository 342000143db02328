/**
 * Deviation of a standard normal variable that is exceeded with a probability: 0 where that is a half or more.
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23: off by less than 0.00045, and exact in the limit.
 * @param logarithm natural logarithm of the probability, at most 0; also of those too small for a number
 */
export function deviationOfTail(logarithm: number): number {
  if (logarithm > -Math.LN2) return 0
  const t = Math.sqrt(-2 * logarithm)
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328)
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return Math.max(0, t - numerator / denominator)
}
