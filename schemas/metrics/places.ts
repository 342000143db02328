import type { MetricName } from '../metrics.js'

/** What stands at a place of an answer: a metric of the registry, or something that is none. */
export type Figure =
  | { readonly metric: MetricName }
  /** A time, a state, a text that may be missing, a count of the stream's own work, a part of a proof. */
  | { readonly aside: 'time' | 'state' | 'text' | 'operation' | 'proof' }

type Places = Readonly<Record<string, Figure>>
type Names = Readonly<Record<string, MetricName>>

const metricsAt = (names: Names, prefix = ''): Places =>
  Object.fromEntries(Object.entries(names).map(([path, metric]) => [`${prefix}${path}`, { metric }]))
const asides = (aside: 'time' | 'state' | 'text' | 'operation' | 'proof', ...paths: readonly string[]): Places =>
  Object.fromEntries(paths.map((path) => [path, { aside }]))
const within = (prefix: string, places: Places): Places =>
  Object.fromEntries(Object.entries(places).map(([path, figure]) => [`${prefix}${path}`, figure]))
/** An interval by its ends. */
const interval = (path: string, metric: MetricName): Names => ({ [`${path}.low`]: metric, [`${path}.high`]: metric })

const period = asides('time', 'from', 'until')
/** Sources that are in neither of two periods, and where the store begins. */
const apart = asides('time', 'notCompared[].since', 'notCompared[].until', 'storeBegins')
const compared = { ...asides('time', 'from', 'until', 'before.from', 'before.until'), ...apart }

const labels: Names = { negative: 'negative', neutral: 'neutral', positive: 'positive' }
const counts: Names = { mentions: 'volume', reposts: 'reposts', ...labels, unsure: 'unsure' }
const series: Names = {
  ...{ volume: 'volume', reposts: 'reposts', balance: 'balance', positiveShare: 'positiveShare', authors: 'authors' },
  ...{ negativeMentions: 'negative', neutralMentions: 'neutral', positiveMentions: 'positive' },
}
const points: Places = within('points[].', {
  ...metricsAt(series),
  ...asides('time', 'start', 'end'),
  ...asides('state', 'isFinal'),
})
const rising: Names = {
  ...{
    previous: 'mentionsBefore',
    factor: 'growth',
    atLeast: 'growthInterval',
    few: 'risingFew',
    oneAuthor: 'risingByOne',
  },
}

/** One thing beside others. */
const item: Names = {
  ...{ volume: 'volume', reposts: 'reposts', previous: 'mentionsBefore', share: 'share', ...labels, scored: 'scored' },
  ...{ shareAmongCompared: 'shareAmongCompared', perHundredThousand: 'perHundredThousand', balance: 'balance' },
  ...{ positiveShare: 'positiveShare', balanceBefore: 'balanceBefore', authors: 'authors', few: 'risingFew' },
  ...{ comparableVolume: 'comparableVolume', comparableBalance: 'comparableBalance' },
  ...{ mentionAuthors: 'mentionAuthors', ...interval('shareInterval', 'shareInterval') },
  ...interval('perHundredThousandInterval', 'perHundredThousandInterval'),
  ...interval('balanceInterval', 'balanceInterval'),
  ...{ 'balanceChange.difference': 'balanceDifference', 'balanceChange.pValue': 'balancePValue' },
  ...{ 'balanceChange.verdict': 'balanceVerdict' },
  ...{ 'change.factor': 'growth', 'change.atLeast': 'growthInterval', 'change.atMost': 'growthInterval' },
  ...{ 'change.pValue': 'growthPValue', 'change.verdict': 'growthVerdict' },
}

const engagement: Names = {
  ...{ interactions: 'interactions', interactionsOpened: 'interactionsOpened', viewsGained: 'viewsGained' },
  ...{ reachGained: 'reachGained', corrections: 'corrections', engagementRateByViews: 'engagementRateByViews' },
  ...{ engagementRateByReach: 'engagementRateByReach', engagementRateByFollowers: 'engagementRateByFollowers' },
  ...{ velocity: 'velocity', posts: 'observedPosts' },
}

/** A post or review. */
const post: Places = {
  ...metricsAt({
    stars: 'stars',
    'sentiment.confidence': 'confidence',
    'sentiment.sure': 'sure',
  }),
  ...asides('time', 'createdAt'),
  ...asides('state', 'revision', 'simulated'),
  ...asides('text', 'region', 'repostOf', 'url', 'language'),
}

const growthOf: Names = { factor: 'growth', atLeast: 'growthInterval', atMost: 'growthInterval' }
const movedOf: Names = { ...growthOf, pValue: 'growthPValue', tested: 'tested', topAuthorShare: 'topAuthorShare' }
const spokenOf: Names = { difference: 'balanceDifference', pValue: 'balancePValue', tested: 'tested' }
/** What is worked out for a sentence, by its kind. */
const derived: Readonly<Record<string, Names>> = {
  ...{ volume: growthOf, tooFew: growthOf, rising: movedOf, falling: movedOf, share: movedOf },
  leader: { share: 'share', low: 'shareInterval', high: 'shareInterval' },
  mood: { ...spokenOf, low: 'balanceInterval', high: 'balanceInterval', balanceOfRest: 'balance' },
  ...{ moodShift: spokenOf, aspects: spokenOf, aspectShift: { ...spokenOf, topAuthorShare: 'topAuthorShare' } },
  region: {
    ...{ perHundredThousand: 'perHundredThousand', low: 'perHundredThousandInterval', population: 'population' },
    ...{ high: 'perHundredThousandInterval', pValue: 'densityPValue', tested: 'tested' },
  },
  shift: { effect: 'effect', repostShare: 'repostShare' },
}
/** Each rate with its two sides. */
const rates = [
  ['engagementRateByViews', 'viewedInteractions', 'viewedViews'],
  ['engagementRateByReach', 'reachedInteractions', 'reachedReach'],
  ['engagementRateByFollowers', 'followedInteractions', 'followers'],
] as const
const pairSums = ['differences', 'first', 'firstAlone', 'second', 'secondAlone']

/** What a query of a sentence was asked with. */
const paramsOf = (query: string): Places =>
  within(`${query}.params.`, {
    ...asides('time', 'from', 'until', 'since', 'opened', 'toldUntil'),
    ...asides('proof', 'watches'),
  })

/** Sentences: their numbers by the column of the query that gives them, what is worked out of those by their kind. */
const insights: Places = within('insights[].', {
  ...metricsAt({ volume: 'volume', authors: 'mentionAuthors', balance: 'balance', ...labels }, 'numbers.'),
  ...metricsAt({ observed: 'observed', expected: 'expected', effect: 'effect', gained: 'interactions' }, 'numbers.'),
  ...metricsAt({ topAuthorShare: 'topAuthorShare', pushed: 'pushed', lastHeard: 'lastHeard' }, 'numbers.'),
  ...metricsAt({ reposts: 'reposts', voices: 'voices' }, 'numbers.'),
  ...Object.assign(
    {},
    ...rates.map(([rate, above, below]) =>
      metricsAt({ [`rate_${rate}`]: rate, [`above_${rate}`]: above, [`below_${rate}`]: below }, 'numbers.'),
    ),
  ),
  // sums of which a part or a test is made, by the names of `paired-balance.ts`
  ...asides('proof', 'numbers.topAuthor', 'numbers.both', 'numbers.squaredDifferences'),
  ...asides('proof', 'numbers.firstLabelled', 'numbers.secondLabelled'),
  ...asides('proof', ...pairSums.map((name) => `numbers.${name}`)),
  ...asides('proof', ...pairSums.flatMap((one, at) => pairSums.slice(at).map((other) => `numbers.${one}_${other}`))),
  ...Object.fromEntries(
    Object.entries(derived).flatMap(([kind, names]) => Object.entries(metricsAt(names, `derived.${kind}.`))),
  ),
  ...within('posts.shown[].', post),
  ...Object.assign({ 'numbers.at': { aside: 'time' } }, ...['queries[]', 'posts.query'].map(paramsOf)),
})

const status: Places = {
  ...asides('operation', 'fates.forwarded', 'fates.late', 'fates.dropped', 'fates.deadLettered', 'progress'),
  ...asides('time', 'lastEventAt'),
  ...asides('state', 'simulated'),
  ...asides('text', 'model'),
}
const board: Places = {
  ...asides('time', 'createdAt', 'updatedAt'),
  ...asides('state', 'revision'),
  ...asides('text', 'span'),
}
const voices = ['survey', 'post', 'review']
const voiceShare: Names = { count: 'answersGiven', share: 'voiceShare', ...interval('interval', 'voiceShareInterval') }
const survey: Names = { people: 'people', questions: 'questions' }

/** What is told of a shift. */
const shift: Names = {
  ...{ expected: 'expected', observed: 'observed', effect: 'effect', pValue: 'shiftPValue', severity: 'severity' },
  ...{ topAuthorShare: 'topAuthorShare', pushed: 'pushed' },
}

/**
 * Where each figure stands: of each answer of the HTTP API, of the live board and of the digest (beside its sentences, which are
 * those of the API) what each path is, and of each panel of Grafana that is not of one metric alone what each column is.
 */
export const figures: Readonly<Record<string, Places>> = {
  '/api/v1/trends': { ...period, ...points },
  '/api/v1/terms/top': { ...period, ...metricsAt({ ...series, share: 'share' }, 'terms[].') },
  '/api/v1/terms/rising': { ...compared, ...metricsAt({ volume: 'volume', ...rising }, 'terms[].') },
  '/api/v1/terms': { ...period, ...metricsAt({ volume: 'volume' }, 'terms[].') },
  '/api/v1/compare': { ...compared, ...metricsAt(item, 'all.'), ...metricsAt(item, 'items[].') },
  '/api/v1/sources': { ...period, ...metricsAt({ volume: 'volume' }, 'sources[].') },
  '/api/v1/insights': { ...compared, ...insights },
  '/api/v1/surveys': within('surveys[].', { ...metricsAt(survey), ...period }),
  '/api/v1/surveys/{surveyId}': {
    ...{ ...metricsAt(survey), ...period },
    ...metricsAt(
      {
        ...{ sample: 'sample', effectiveSample: 'effectiveSample', few: 'fewAnswers', partsLeftOut: 'partsLeftOut' },
        ...{
          'parts[].count': 'answersGiven',
          'parts[].share': 'answerShare',
          'parts[].marginOfError': 'marginOfError',
        },
        ...{ ...interval('parts[].interval', 'answerShareInterval'), mean: 'answerMean', balance: 'answerBalance' },
        ...{
          ...interval('meanInterval', 'answerMeanInterval'),
          ...interval('balanceInterval', 'answerBalanceInterval'),
        },
      },
      'answers[].',
    ),
    ...metricsAt({ sample: 'voiceSample', scored: 'scored', balance: 'balance' }, 'voices[].'),
    ...metricsAt(interval('balanceInterval', 'balanceInterval'), 'voices[].'),
    ...Object.fromEntries(
      voices.flatMap((voice) => [
        ...Object.entries(metricsAt(voiceShare, `terms[].${voice}.`)),
        ...Object.entries(metricsAt(voiceShare, `aspects[].${voice}.`)),
        ...Object.entries(
          metricsAt({ balance: 'balance', ...interval('balanceInterval', 'balanceInterval') }, `aspects[].${voice}.`),
        ),
      ]),
    ),
  },
  '/api/v1/engagement': {
    ...period,
    ...metricsAt(engagement, 'total.'),
    ...within('points[].', { ...metricsAt(engagement), ...asides('time', 'start'), ...asides('state', 'isFinal') }),
  },
  '/api/v1/shifts': {
    ...period,
    ...metricsAt({ ...shift, deviation: 'deviation', shift: 'shiftKind' }, 'shifts[].'),
    ...within('shifts[].', { ...asides('time', 'openedAt', 'until'), ...asides('text', 'source') }),
  },
  '/api/v1/emerging': {
    ...period,
    ...metricsAt(
      {
        ...{ posts: 'emergingPosts', 'also[].posts': 'emergingPosts', reposts: 'emergingReposts' },
        ...{ independent: 'independentPosts', authors: 'emergingAuthors', topAuthorsShare: 'topAuthorsShare' },
        ...{ pushed: 'emergingPushed', expected: 'emergingExpected', deviation: 'emergingDeviation' },
        verdict: 'emergingVerdict',
      },
      'terms[].',
    ),
    ...within('terms[].', { ...asides('time', 'start', 'end'), ...asides('state', 'isFinal') }),
  },
  '/api/v1/posts': { ...period, ...within('posts[].', post), ...asides('text', 'next') },
  '/api/v1/posts/{postId}/standing': within('standing.', {
    ...post,
    ...metricsAt({ 'aspects[].confidence': 'confidence', 'sentiment.negative': 'labelProbability' }),
    ...metricsAt({ 'sentiment.neutral': 'labelProbability', 'sentiment.positive': 'labelProbability' }),
    ...asides('state', 'sign'),
  }),
  '/api/v1/trends/open': within('windows[].', {
    ...metricsAt({ ...counts, authors: 'authors' }),
    ...metricsAt({ mentions: 'volume', ...labels }, 'aspects[].'),
    ...asides('time', 'start', 'end'),
    ...asides('state', 'isFinal', 'revision'),
  }),
  '/api/v1/regions': metricsAt({ '[].population': 'population' }),
  '/api/v1/boards': within('boards[].', board),
  '/api/v1/boards/{boardId}': board,
  '/api/v1/status': status,
  '/api/v1/score': within('results[].value.', {
    ...metricsAt({ confidence: 'confidence', 'scores[]': 'labelProbability', sure: 'sure' }),
    ...metricsAt({ 'aspects[].confidence': 'confidence' }),
    ...asides('state', 'supported'),
  }),
  'live board': {
    ...within('status.', status),
    ...asides('time', 'frame.from', 'frame.until', 'frame.step', 'frame.whole.from', 'frame.whole.until'),
    ...asides('text', 'frame.view.term', 'frame.view.board'),
    ...metricsAt({ ...counts, authors: 'authors' }, 'total.'),
    ...asides('time', 'total.compared.from', 'total.compared.until'),
    ...within('total.', apart),
    ...metricsAt(counts, 'total.compared.now.'),
    ...metricsAt(counts, 'total.compared.before.'),
    // mentions, reposts, negative, neutral and positive ones
    ...metricsAt({ 'bar[]': 'volume' }),
    ...metricsAt({ ...counts, authors: 'authors', share: 'share', 'spark[]': 'volume' }, 'top.'),
    ...metricsAt({ mentions: 'volume', ...rising, 'spark[]': 'volume' }, 'rising.'),
    ...within('post.', post),
  },
  digest: {
    ...period,
    ...metricsAt(item, 'all.'),
    ...metricsAt(item, 'dishes[].'),
    ...metricsAt(item, 'brands[].'),
    ...metricsAt(item, 'aspects[].'),
    ...points,
    ...asides('time', 'madeAt'),
    ...asides('state', 'simulated'),
    ...asides('text', 'board', 'region'),
  },
  'Grafana: Top terms': metricsAt({ volume: 'volume', balance: 'balance' }),
  'Grafana: Aspects': metricsAt({
    ...{ volume: 'volume', volume_compared: 'comparableVolume', volume_before: 'mentionsBefore', balance: 'balance' },
    ...{ balance_compared: 'comparableBalance', balance_before: 'balanceBefore' },
    ...labels,
  }),
  'Grafana: Opened': metricsAt({ high: 'shiftsOpened', medium: 'shiftsOpened', low: 'shiftsOpened' }),
  'Grafana: Shifts': { ...metricsAt({ ...shift, kind: 'shiftKind' }), ...asides('time', 'opened', 'until') },
}

/** The places of a metric, as `/api/v1/compare items[].share`. */
export const placesOf = (name: string): readonly string[] =>
  Object.entries(figures).flatMap(([place, paths]) =>
    Object.entries(paths).flatMap(([path, figure]) =>
      'metric' in figure && figure.metric === name ? [`${place} ${path}`] : [],
    ),
  )

/** Whether what stands at a path may be a figure: a number, yes or no, nothing, or a verdict. */
export const isFigure = (path: string, leaf: unknown): boolean =>
  leaf === null || typeof leaf === 'number' || typeof leaf === 'boolean' || /(^|\.)(verdict|severity|shift)$/.test(path)
