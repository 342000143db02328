const coefficients = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.001208650973866179,
  -0.000005395239384953,
]
const mostSteps = 2_000
const tiny = 1e-300

/** Natural logarithm of the gamma function of a number above 0 (Lanczos, six terms: ten digits). */
export function logGamma(x: number): number {
  let sum = 1.000000000190015
  coefficients.forEach((coefficient, index) => {
    sum += coefficient / (x + 1 + index)
  })
  return (x + 0.5) * Math.log(x + 5.5) - (x + 5.5) + Math.log((2.5066282746310002 * sum) / x)
}

/**
 * Natural logarithm of the regularised incomplete beta function I_x(a, b), also where the function itself is too small
 * for a number. DLMF 8.17.22, evaluated by Lentz's method.
 * @param logX logarithm of x, and `logRest` that of 1 - x: one of them may be too near 0 to be had from the other
 */
export function logIncompleteBeta(logX: number, logRest: number, a: number, b: number): number {
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * logX + b * logRest
  if (Math.exp(logX) < (a + 1) / (a + b + 2)) return front - Math.log(a) + Math.log(fraction(Math.exp(logX), a, b))
  const other = front - Math.log(b) + Math.log(fraction(Math.exp(logRest), b, a))
  return other >= 0 ? Number.NEGATIVE_INFINITY : Math.log1p(-Math.exp(other))
}

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= mostSteps; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d)
    c = notZero(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d)
    c = notZero(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-9) break
  }
  return result
}

const notZero = (number: number): number => (Math.abs(number) < tiny ? tiny : number)
