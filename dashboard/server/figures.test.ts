import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Board } from '../../schemas/board.js'
import type { EmergingTerm } from '../../schemas/emerging-term.js'
import type { Mention } from '../../schemas/mention.js'
import { type Figure, figures, isFigure, placesOf } from '../../schemas/metrics/places.js'
import { type MetricName, registry } from '../../schemas/metrics.js'
import type { Shift } from '../../schemas/shift.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import type { Trend } from '../../schemas/trend.js'
import { emergingTermRow, shiftRow, surveyAnswerRow } from '../../sinks/clickhouse/rows.js'
import { parseView } from '../../sinks/live/view.js'
import { TestClient } from '../../tests/support/live.js'
import { writeObserved } from '../../tests/support/observed-posts.js'
import { anEngagement, aShift } from '../../tests/support/records.js'
import { type Serving, scoredMention, startServing } from '../../tests/support/serving.js'
import { digestOf } from './digest-data.js'
import type { Insight, InsightKind } from './insights/insight.js'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2025, 2, 12, 17)
const week = 7 * day
const dish = (term: string) => [{ term, kind: 'dish' }] as const

/** Two weeks and more alike, then nine hundred people of Tacna who blame the food, others who praise what it costs. */
const said: readonly Mention[] = [
  ...Array.from({ length: 60 * 22 }, (_, index) =>
    scoredMention((['negative', 'neutral', 'positive'] as const)[index % 3] ?? 'neutral', {
      ...{ postId: `p${index}`, author: `a${index}`, text: `texto ${index}`, stars: index % 5 },
      ...{ createdAt: now - index * (day / 60) - 10 * 60_000, kind: index % 4 === 0 ? 'review' : 'post' },
      terms: index % 2 === 0 ? dish('ceviche') : index % 6 === 1 ? dish('causa') : [],
      region: null,
      aspects: [{ aspect: index % 2 === 0 ? 'food' : 'service', label: 'neutral', confidence: 0.5 }],
    }),
  ),
  ...Array.from({ length: 900 }, (_, index) =>
    scoredMention('negative', {
      ...{ postId: `x${index}`, author: `pusher${index}`, text: `causa ${index}`, terms: dish('causa') },
      ...{ createdAt: now - hour - 1 - index * (hour / 6), region: '23' },
      aspects: [{ aspect: 'food', label: 'negative', confidence: 0.5 }],
    }),
  ),
  ...Array.from({ length: 4 }, (_, index) =>
    scoredMention('positive', {
      ...{ postId: `m${index}`, author: `m${index}`, createdAt: now - 2 * day, terms: [], text: `carta ${index}` },
      aspects: [{ aspect: 'menu', label: 'positive', confidence: 0.5 }],
    }),
  ),
  ...Array.from({ length: 200 }, (_, index) =>
    scoredMention('neutral', {
      ...{
        postId: `o${index}`,
        author: `o${index}`,
        terms: [...dish('anticuchos'), { term: 'Inca Kola', kind: 'brand' }],
        text: `palito ${index}`,
      },
      createdAt: now - week - hour - index * hour * 0.8,
    }),
  ),
  // a feed that fell silent three days ago
  ...Array.from({ length: 18 * 12 }, (_, index) =>
    scoredMention('neutral', {
      ...{ postId: `f${index}`, author: `f${index}`, source: 'foro', text: `foro ${index}`, terms: [] },
      createdAt: now - 3 * day - index * (day / 12) - 1,
    }),
  ),
  // and what the pushed shift is due to
  ...Array.from({ length: 30 }, (_, index) =>
    scoredMention('negative', {
      ...{ postId: `r${index}`, author: `r${index}`, repostOf: 'x1', text: 'causa 1', terms: dish('causa') },
      createdAt: now - 2 * hour - index * 60_000,
    }),
  ),
]

const toldShift = (fields: Partial<Shift>) =>
  aShift({ start: now - 2 * hour, end: now - hour, openedAt: now - 3 * hour, evidence: ['x1'], ...fields })
/** One that a few push, one in words of many, and a feed that fell silent. */
const shifts = [
  toldShift({ shiftId: 'pushed', term: 'causa', pushed: 0.7, causes: ['reposts'] }),
  toldShift({ shiftId: 'organic', pushed: 0.1 }),
  toldShift({
    ...{ shiftId: 'silence', shift: 'silence', term: '*', kind: 'all', source: 'foro', openedAt: now - 3 * day },
    ...{ observed: 0, expected: 0.125, effect: -1, topAuthorShare: null, evidence: [] },
  }),
]

const anAnswer = (fields: Partial<SurveyAnswer>): SurveyAnswer => ({
  ...{ answerId: 'x', revision: 1, sign: 1, surveyId: 's1', questionId: 'q1', question: '¿Qué pidió?' },
  ...{ kind: 'multiple', choices: [], score: null, text: null, source: 'panel', author: 'p', answeredAt: now - day },
  ...{ language: null, region: null, weight: 1, terms: [], sentiment: null, confidence: null, sure: null },
  ...{ model: null, simulated: false, aspects: [], ...fields },
})
const answers = Array.from({ length: 40 }, (_, index) => {
  const common = { author: `p${index}`, answeredAt: now - week + index * hour, weight: 1 + (index % 3) / 2 }
  const score = 1 + (index % 5)
  return [
    anAnswer({ ...common, answerId: `${index}:q1`, choices: [index % 3 === 0 ? 'causa' : 'ceviche'] }),
    anAnswer({ ...common, answerId: `${index}:q2`, questionId: 'q2', kind: 'scale', score, choices: [String(score)] }),
    anAnswer({
      ...{ ...common, answerId: `${index}:q3`, questionId: 'q3', kind: 'open', text: 'Rico' },
      ...{ sentiment: index % 2 === 0 ? 'positive' : 'negative', terms: [{ term: 'ceviche', kind: 'dish' }] },
      aspects: [{ aspect: 'food', label: 'positive', confidence: 0.5 }],
    }),
  ]
}).flat()

/** Posts that are observed: of some nobody tells views, of others neither views nor reach. */
const observed = [100, 200, 300].map((first) => said.slice(first, first + 5))
const observations = observed.flatMap((posts, kind) =>
  posts.flatMap(({ postId, createdAt }, at) =>
    [1, 2, 3].map((step) =>
      anEngagement({
        ...{ postId, observedAt: createdAt + step * hour, likes: 10 * step - at, comments: step, shares: 1 },
        ...{ views: kind > 0 ? null : 1_000 * step, reach: kind > 1 ? null : 500 * step, followers: 100 },
      }),
    ),
  ),
)
/** The hours in which they were. */
const observedIn = observed.map((posts) => {
  const until = Math.floor((posts[0]?.createdAt ?? 0) / hour) * hour + 4 * hour
  return `?from=${until - 8 * hour}&until=${until}`
})

const board: Board = {
  ...{ boardId: 'b1', name: 'Causa', revision: 1, terms: [{ term: 'causa', kind: 'dish' }], regions: [], sources: [] },
  ...{ span: null, createdAt: now, updatedAt: now, updatedBy: 'ana' },
}
const open: Trend = {
  ...{ term: 'causa', kind: 'dish', region: '*', window: 'hour', start: now, end: now + hour, isFinal: false },
  ...{ revision: 2, mentions: 3, reposts: 1, negative: 1, neutral: 1, positive: 1, unsure: 0, authors: 3 },
  aspects: [{ aspect: 'food', mentions: 3, negative: 1, neutral: 1, positive: 1 }],
}

let serving: Serving
beforeAll(async () => {
  const mention = said[0]
  serving = await startServing(said, now, {
    boards: {
      ...{ list: () => [board], find: () => board, create: async () => ({ kind: 'full', most: 0 }) },
      ...{ update: async () => ({ kind: 'missing' }), remove: async () => ({ kind: 'missing' }) },
    },
    ...(mention === undefined ? {} : { standing: async () => ({ kind: 'standing', mention }) }),
    openTrends: async () => ({ kind: 'open', windows: [open] }),
    score: async () => [
      {
        kind: 'ok',
        value: {
          ...{ label: 'positive', confidence: 0.9, scores: [0.05, 0.05, 0.9], sure: true, model: 'test@1' },
          ...{ aspects: [{ aspect: 'food', label: 'positive', confidence: 0.8 }], language: 'es', supported: true },
        },
      },
    ],
  })
  const { store } = serving
  await store.write({ table: 'survey_answers', rows: answers.map(surveyAnswerRow), token: 'answers' })
  await store.write({ table: 'shifts', rows: shifts.map(shiftRow), token: 'shifts' })
  const emerging: Omit<EmergingTerm, 'term' | 'form' | 'spellings'> = {
    ...{ kind: 'word', window: 'hour', start: now - hour, end: now, isFinal: true, revision: 1, posts: 9, reposts: 1 },
    ...{ examined: 9, independent: 7, authors: 8, topAuthorsShare: 0.4, pushed: 0.2, expected: 0.2, deviation: 5 },
    ...{ verdict: 'new', evidence: ['x1', 'x2'] },
  }
  const terms = ['sismo', 'temblor'].map((term): EmergingTerm => ({ ...emerging, term, form: term, spellings: [term] }))
  await store.write({ table: 'emerging_terms', rows: terms.map(emergingTermRow), token: 'emerging' })
  await writeObserved(store, observed.flat(), observations, now)
})
afterAll(() => serving.close())

/**
 * The leaves of an answer by their paths: lists are `[]`; numbers of sentences go by the column that they come from, what is
 * worked out of those by the kind of the sentence.
 */
function* leavesOf(value: unknown, path = ''): Generator<readonly [path: string, leaf: unknown]> {
  if (Array.isArray(value)) for (const one of value) yield* leavesOf(one, `${path}[]`)
  else if (value !== null && typeof value === 'object') {
    const { column, query, name, value: number } = value as Readonly<Record<string, unknown>>
    const { derived, kind, ...rest } = value as Readonly<Record<string, unknown>>
    if (column !== undefined && query !== undefined && name !== undefined)
      yield [`${path.replace(/\[\]$/, '')}.${String(column)}`, number]
    else if (derived !== undefined) {
      yield* leavesOf(derived, `${path}.derived.${String(kind)}`)
      yield* leavesOf(rest, path)
    } else for (const [key, one] of Object.entries(value)) yield* leavesOf(one, path === '' ? key : `${path}.${key}`)
  } else yield [path, value]
}

const period = `from=${now - hour - week}&until=${now - hour}`
/** What is asked of each route that answers with figures. */
const asked: Readonly<Record<string, readonly string[]>> = {
  '/api/v1/trends': [`?${period}`, `?${period}&term=causa&kind=dish`],
  '/api/v1/terms/top': [`?${period}`],
  '/api/v1/terms/rising': [`?${period}`],
  '/api/v1/terms': [`?${period}&search=cau`],
  '/api/v1/compare': ['terms', 'regions', 'sources', 'aspects'].map((by) => `?${period}&by=${by}`),
  '/api/v1/sources': [`?${period}`],
  '/api/v1/insights': [`?${period}`, '?span=30d', `?${period}&region=18`, ...observedIn],
  '/api/v1/surveys': [''],
  '/api/v1/surveys/{surveyId}': [''],
  '/api/v1/engagement': [`?from=${now - 2 * day}&until=${now}`],
  '/api/v1/shifts': [`?from=${now - day}&until=${now}`],
  '/api/v1/emerging': [`?from=${now - day}&until=${now}`],
  '/api/v1/posts': [`?${period}`],
  '/api/v1/posts/{postId}/standing': [''],
  '/api/v1/trends/open': ['?term=causa&kind=dish'],
  '/api/v1/regions': [''],
  '/api/v1/boards': [''],
  '/api/v1/boards/{boardId}': [''],
  '/api/v1/status': [''],
  '/api/v1/score': [''],
}
/** Answers that hold no figures of what people say: the registry itself, and pages. */
const without = ['/api/v1/metrics', '/api/v1/digest']

const answered = new Map<string, Promise<readonly unknown[]>>()
/** Each route is asked once: insights are dear. */
function answersOf(route: string): Promise<readonly unknown[]> {
  const known = answered.get(route) ?? ask(route)
  answered.set(route, known)
  return known
}

async function ask(route: string): Promise<readonly unknown[]> {
  const path = route.replace('{surveyId}', 's1').replace('{postId}', 'p0').replace('{boardId}', 'b1')
  return Promise.all(
    (asked[route] ?? []).map(async (query) => {
      const answer = await fetch(
        `${serving.url}${path}${query}`,
        route === '/api/v1/score'
          ? {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ texts: ['Rico'] }),
            }
          : {},
      )
      expect([route, query, answer.status]).toEqual([route, query, 200])
      return answer.json()
    }),
  )
}

/** Metrics that were met with a value. */
const told = new Set<MetricName>()

/** What is wrong with the figures of a place: paths that the table lacks, or has and nothing was met at. */
function wrongOf(place: string, leaves: readonly (readonly [path: string, leaf: unknown])[]) {
  const known = figures[place] ?? {}
  const met = new Set<string>()
  const wrong: string[] = []
  const missing = new Set<string>()
  for (const [path, leaf] of leaves) {
    const figure: Figure | undefined = known[path]
    if (figure !== undefined) met.add(path)
    if (figure !== undefined && 'metric' in figure && leaf !== null) told.add(figure.metric)
    // of what is missing as a whole the parts are known
    const parts = leaf === null ? Object.keys(known).filter((each) => each.startsWith(`${path}.`)) : []
    for (const part of parts) met.add(part)
    if (parts.length > 0) continue
    if (!isFigure(path, leaf)) continue
    if (figure === undefined && !missing.has(path)) {
      missing.add(path)
      wrong.push(`${place} ${path}: ${JSON.stringify(leaf)} is in no entry`)
    } else if (figure === undefined) continue
    else if ('metric' in figure) {
      const values = registry[figure.metric]?.values
      if (values !== undefined && leaf !== null && !(String(leaf) in values))
        wrong.push(`${place} ${path}: ${String(leaf)} is no value of ${figure.metric}`)
    }
  }
  const never = Object.entries(known).filter(([path, figure]) => 'metric' in figure && !met.has(path))
  return [...new Set(wrong), ...never.map(([path]) => `${place} ${path}: never met`)]
}

describe('every figure that the product shows is in the registry of metrics', () => {
  it('in the answers of every route that there is', async () => {
    const { paths } = (await (await fetch(`${serving.url}/api/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    }
    const routes = Object.entries(paths)
      .filter(([path, methods]) => path.startsWith('/api/v1/') && ('get' in methods || path === '/api/v1/score'))
      .map(([path]) => path)
    expect(routes.filter((path) => !(path in asked) && !without.includes(path))).toEqual([])
    const wrong: string[] = []
    for (const route of Object.keys(asked)) {
      const leaves = (await answersOf(route)).flatMap((answer) => [...leavesOf(answer)])
      wrong.push(...wrongOf(route, leaves))
    }
    expect(wrong).toEqual([])
  })

  it('in sentences of every kind', async () => {
    const kinds = new Set(
      (await answersOf('/api/v1/insights')).flatMap((answer) =>
        (answer as { readonly insights: readonly Insight[] }).insights.map(({ kind }) => kind),
      ),
    )
    const wanted: readonly InsightKind[] = [
      ...(['volume', 'rising', 'falling', 'share', 'leader', 'mood', 'moodShift', 'aspectShift', 'aspects'] as const),
      ...(['aspectsFew', 'region', 'shift', 'engagement', 'tooFew'] as const),
    ]
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([])
  })

  it('on the live board and in the digest', async () => {
    const client = new TestClient('board')
    client.replica.apply(await serving.hub.subscribe(parseView({ span: '7d' }), client))
    serving.hub.leave('board')
    const entries = [...client.replica.data].map(([key, value]) => [key.replace(/\/.*$/, ''), value] as const)
    const live = entries.flatMap(([key, value]) => [...leavesOf(value, key)])
    const digests = await Promise.all(
      ['*', '18'].map((region) =>
        digestOf(serving.store, {
          ...{ board: null, region, now },
          period: { window: 'hour', from: now - hour - week, until: now - hour },
        }),
      ),
    )
    const printed = digests.flatMap((digest) => [...leavesOf(digest)])
    const isSentence = ([path]: readonly [string, unknown]) => path.startsWith('insights[]')
    expect([
      ...wrongOf('live board', live),
      ...wrongOf(
        'digest',
        printed.filter((leaf) => !isSentence(leaf)),
      ),
      // not every sort of sentence is in it
      ...wrongOf('/api/v1/insights', printed.filter(isSentence)).filter((what) => !what.endsWith('never met')),
    ]).toEqual([])
  })

  it('with a value of each metric that there is', () => {
    const isPanelAlone = (name: string) => placesOf(name).every((place) => place.startsWith('Grafana: '))
    expect(Object.keys(registry).filter((name) => !told.has(name as MetricName) && !isPanelAlone(name))).toEqual([])
    expect(Object.keys(registry).filter((name) => placesOf(name).length === 0)).toEqual([])
  })
})
