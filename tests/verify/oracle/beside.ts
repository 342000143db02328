// What is told of two periods and of intervals, by the words of docs/metrics.md alone.

type Figure = number | null

/** Counts of a thing in a period. */
export interface Heard {
  readonly mentions: number
  readonly negative: number
  readonly neutral: number
  readonly positive: number
}

/** A thing in both periods, and what it is a part of. */
export interface Besides {
  readonly now: Heard
  readonly before: Heard
  readonly allNow: number
  readonly allBefore: number
  readonly population: number | null
}

const z = 1.96
const scoredOf = ({ negative, neutral, positive }: Heard): number => negative + neutral + positive
const balanceOf = (heard: Heard): Figure =>
  scoredOf(heard) === 0 ? null : (heard.positive - heard.negative) / scoredOf(heard)

/** Both roots of (p - x / n)² = z² p (1 - p) / n: the shares that x of n are compatible with. */
function compatible(x: number, n: number): readonly [low: number, high: number] {
  const [a, b, c] = [1 + (z * z) / n, -(2 * x) / n - (z * z) / n, (x / n) ** 2]
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c))
  return [Math.max(0, (-b - root) / (2 * a)), Math.min(1, (-b + root) / (2 * a))]
}

/** How often a standard normal variable is so far from 0, on both sides: by its series, far out by a continued fraction. */
export function tails(deviation: number): number {
  const x = Math.abs(deviation)
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  if (x < 4) {
    let [term, sum] = [x, x]
    for (let k = 1; k < 200; k++) {
      term *= (x * x) / (2 * k + 1)
      sum += term
    }
    return Math.max(0, 1 - 2 * density * sum)
  }
  let fraction = x
  for (let k = 120; k >= 1; k--) fraction = x + k / fraction
  return (2 * density) / fraction
}

/** Mentions for inhabitants that a count is compatible with (Byar). */
const byar = (count: number, side: -1 | 1): number => {
  const at = side < 0 ? count : count + 1
  return at === 0 ? 0 : Math.max(0, at * (1 - 1 / (9 * at) + (side * z) / (3 * Math.sqrt(at))) ** 3)
}

const tested = ({ now, before }: Besides): boolean => now.mentions + before.mentions >= 10
const odds = (besides: Besides, end: 0 | 1): Figure => {
  const { now, before, allNow, allBefore } = besides
  const share = compatible(now.mentions, now.mentions + before.mentions)[end]
  return (share / (1 - share)) * (allBefore / allNow)
}
const differencePValue = ({ now, before }: Besides): Figure => {
  const [n, m] = [scoredOf(now), scoredOf(before)]
  if (Math.min(n, m) < 10 || n + m < 30) return null
  const values = [now, before].flatMap(({ negative, neutral, positive }) => [
    ...Array.from({ length: negative }, () => -1),
    ...Array.from({ length: neutral }, () => 0),
    ...Array.from({ length: positive }, () => 1),
  ])
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const difference = (balanceOf(now) ?? 0) - (balanceOf(before) ?? 0)
  return variance <= 0 ? 1 : tails(difference / Math.sqrt(variance * (1 / n + 1 / m)))
}
const ofBalance = ({ now }: Besides, end: 0 | 1): Figure =>
  scoredOf(now) < 10 ? null : 2 * compatible(now.positive + now.neutral / 2, scoredOf(now))[end] - 1
const forInhabitants = ({ now, population }: Besides, side: -1 | 1): Figure =>
  population === null || now.mentions < 5 ? null : (byar(now.mentions, side) * 100_000) / population

/** Each figure by its path in an answer of `/api/v1/compare`, and the metric that it is; of two periods that are both known. */
export const besideMetrics: readonly (readonly [path: string, metric: string, of: (besides: Besides) => Figure])[] = [
  ['previous', 'mentionsBefore', ({ before }) => before.mentions],
  // every source of the verification is heard in both
  ['comparableVolume', 'comparableVolume', ({ now }) => now.mentions],
  ['comparableBalance', 'comparableBalance', ({ now }) => (scoredOf(now) < 10 ? null : balanceOf(now))],
  ['few', 'risingFew', ({ now, before }) => Number(now.mentions + before.mentions < 30)],
  [
    'shareInterval.low',
    'shareInterval',
    ({ now, allNow }) => (allNow === 0 ? null : compatible(now.mentions, allNow)[0]),
  ],
  [
    'shareInterval.high',
    'shareInterval',
    ({ now, allNow }) => (allNow === 0 ? null : compatible(now.mentions, allNow)[1]),
  ],
  ['balanceInterval.low', 'balanceInterval', (besides) => ofBalance(besides, 0)],
  ['balanceInterval.high', 'balanceInterval', (besides) => ofBalance(besides, 1)],
  ['perHundredThousandInterval.low', 'perHundredThousandInterval', (besides) => forInhabitants(besides, -1)],
  ['perHundredThousandInterval.high', 'perHundredThousandInterval', (besides) => forInhabitants(besides, 1)],
  ['balanceBefore', 'balanceBefore', ({ before }) => (scoredOf(before) < 10 ? null : balanceOf(before))],
  [
    ...(['change.factor', 'growth'] as const),
    ({ now, before, allNow, allBefore }) =>
      before.mentions === 0 ? null : now.mentions / allNow / (before.mentions / allBefore),
  ],
  ['change.atLeast', 'growthInterval', (besides) => (tested(besides) ? odds(besides, 0) : 0)],
  [
    ...(['change.atMost', 'growthInterval'] as const),
    (besides) => (tested(besides) && besides.before.mentions > 0 ? odds(besides, 1) : null),
  ],
  [
    ...(['change.pValue', 'growthPValue'] as const),
    (besides) => {
      const { now, before, allNow, allBefore } = besides
      const [n, s] = [now.mentions + before.mentions, allNow / (allNow + allBefore)]
      return tested(besides) ? tails((now.mentions - n * s) / Math.sqrt(n * s * (1 - s))) : null
    },
  ],
  [
    ...(['balanceChange.difference', 'balanceDifference'] as const),
    ({ now, before }) => {
      const [one, other] = [balanceOf(now), balanceOf(before)]
      return one === null || other === null ? null : one - other
    },
  ],
  ['balanceChange.pValue', 'balancePValue', differencePValue],
]

const surveys = [
  ...['sample', 'effectiveSample', 'answerShare', 'marginOfError', 'answerMean', 'people', 'questions', 'fewAnswers'],
  ...['answersGiven', 'partsLeftOut', 'answerShareInterval', 'answerMeanInterval', 'answerBalance'],
  ...['answerBalanceInterval', 'voiceSample', 'voiceShare', 'voiceShareInterval'],
]
const shifts = [
  ...['observed', 'expected', 'effect', 'severity', 'shiftKind', 'deviation', 'shiftPValue', 'pushed', 'shiftsOpened'],
  ...['voices', 'repostShare', 'lastHeard'],
]
const emerging = [
  ...['emergingPosts', 'emergingReposts', 'independentPosts', 'emergingAuthors', 'topAuthorsShare', 'emergingPushed'],
  ...['emergingExpected', 'emergingDeviation', 'emergingVerdict'],
]
const verdicts = ['growthVerdict', 'balanceVerdict', 'densityPValue', 'risingByOne', 'tested', 'topAuthorShare']
const given = ['confidence', 'labelProbability', 'sure', 'stars', 'population', 'observedPosts']

/** Metrics that are given in one way alone, or compared by tests of their own: of surveys, shifts and sentences. */
export const comparedElsewhere: readonly string[] = [...surveys, ...shifts, ...emerging, ...verdicts, ...given]
