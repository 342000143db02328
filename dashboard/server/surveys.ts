import { fewMentions } from '../../schemas/growth.js'
import { balanceInterval, type Interval, shareInterval } from '../../schemas/interval.js'
import { type Counts, metrics, noCounts } from '../../schemas/metrics.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000
/** Terms of open answers that are put beside posts and reviews. */
const mostTerms = 10

export interface SurveySummary {
  readonly surveyId: string
  readonly questions: number
  /** People who answered something. */
  readonly people: number
  readonly from: number
  readonly until: number
}

/** A part of the answers to a question, with what can be said of the population. */
export interface Part {
  readonly name: string
  readonly count: number
  /** By weight, of those who answered the question. */
  readonly share: number | null
  readonly interval: Interval | null
  /** Half the width of the interval; null where nobody answered. */
  readonly marginOfError: number | null
}

export interface QuestionFigures {
  readonly questionId: string
  readonly question: string
  readonly kind: SurveyAnswer['kind']
  /** Answers: the sample size. */
  readonly sample: number
  /** What the sample is worth when answers weigh differently: (Σw)² / Σw² (Kish 1965, "Survey sampling"). */
  readonly effectiveSample: number
  /** Fewer than 30: what is said is uncertain. */
  readonly few: boolean
  /** Choices, the most chosen first; steps of a scale in their order; of open questions positive, neutral and negative. */
  readonly parts: readonly Part[]
  /** Of scales: the mean, with the interval of the normal distribution. */
  readonly mean: number | null
  readonly meanInterval: Interval | null
  /** Of open questions, from -1 to 1. */
  readonly balance: number | null
  readonly balanceInterval: Interval | null
}

/** What is said of a term by one voice: people who are asked, posts, or reviews. */
export interface VoiceShare {
  readonly count: number
  readonly share: number | null
  readonly interval: Interval | null
}

export interface Voice {
  readonly voice: 'survey' | 'post' | 'review'
  readonly sample: number
  readonly scored: number
  readonly balance: number | null
  readonly balanceInterval: Interval | null
}

/** What a voice says of an aspect. */
export interface AspectVoice extends VoiceShare {
  /** Of what is said of the aspect; null with fewer than ten that say something: too few to say. */
  readonly balance: number | null
  readonly balanceInterval: Interval | null
}

export interface SurveyFigures extends SurveySummary {
  readonly answers: readonly QuestionFigures[]
  readonly voices: readonly Voice[]
  readonly terms: readonly (Readonly<Record<Voice['voice'], VoiceShare>> & {
    readonly term: string
    readonly kind: string
  })[]
  /** Aspects that open answers speak of, those most spoken of first. */
  readonly aspects: readonly (Readonly<Record<Voice['voice'], AspectVoice>> & { readonly aspect: string })[]
}

/** The surveys that there are, newest first. */
export const surveysThereAre = (store: Queries): Promise<readonly SurveySummary[]> =>
  store.query<SurveySummary>(
    `SELECT a.surveyId AS surveyId, uniqExact(a.questionId) AS questions, uniqExact(a.author) AS people,
       toUnixTimestamp64Milli(min(a.answeredAt)) AS from, toUnixTimestamp64Milli(max(a.answeredAt)) AS until
     FROM current_survey_answers AS a GROUP BY a.surveyId ORDER BY until DESC, surveyId LIMIT 200`,
    { timeout },
  )

const noMood = { balance: null, balanceInterval: null }
/** The balance with its interval; neither with too few. */
function moodOf(counts: Counts): { readonly balance: number | null; readonly balanceInterval: Interval | null } {
  const balance = metrics.balance.of(counts)
  const { positive, neutral, negative } = counts
  return balance === null ? noMood : { balance, balanceInterval: balanceInterval(positive, neutral, negative) }
}

const partOf = (name: string, count: number, weight: number, all: number, effective: number): Part => {
  const share = all > 0 ? weight / all : null
  const interval = share === null ? null : shareInterval(Math.min(1, share) * effective, effective)
  return { name, count, share, interval, marginOfError: interval === null ? null : (interval.high - interval.low) / 2 }
}

interface QuestionRow {
  readonly questionId: string
  readonly question: string
  readonly kind: SurveyAnswer['kind']
  readonly sample: number
  readonly weights: number
  readonly squares: number
  readonly scores: number | null
  readonly squaredScores: number | null
}
interface PartRow {
  readonly questionId: string
  readonly name: string
  readonly given: number
  readonly weights: number
}

async function questionsOf(store: Queries, surveyId: string): Promise<readonly QuestionFigures[]> {
  const params = { surveyId }
  const [rows, chosen, moods] = await Promise.all([
    store.query<QuestionRow>(
      `SELECT a.questionId AS questionId, argMax(a.question, a.answeredAt) AS question, argMax(a.kind, a.answeredAt) AS kind,
         count() AS sample, sum(a.weight) AS weights, sum(a.weight * a.weight) AS squares,
         sum(a.weight * a.score) AS scores, sum(a.weight * a.score * a.score) AS squaredScores
       FROM current_survey_answers AS a WHERE a.surveyId = {surveyId:String} GROUP BY a.questionId ORDER BY questionId`,
      { params, timeout },
    ),
    store.query<PartRow>(
      `SELECT a.questionId AS questionId, choice AS name, count() AS given, sum(a.weight) AS weights
       FROM current_survey_answers AS a ARRAY JOIN a.choices AS choice
       WHERE a.surveyId = {surveyId:String} GROUP BY questionId, name ORDER BY weights DESC, name LIMIT 50 BY questionId`,
      { params, timeout },
    ),
    store.query<PartRow>(
      `SELECT a.questionId AS questionId, assumeNotNull(a.sentiment) AS name, count() AS given, sum(a.weight) AS weights
       FROM current_survey_answers AS a WHERE a.surveyId = {surveyId:String} AND isNotNull(a.sentiment)
       GROUP BY questionId, name`,
      { params, timeout },
    ),
  ])
  return rows.map((row) => {
    const { questionId, question, kind, sample, weights, squares } = row
    const effective = squares > 0 ? (weights * weights) / squares : 0
    const of = (given: readonly PartRow[]) => given.filter((part) => part.questionId === questionId)
    const mood = of(moods)
    const scored = mood.reduce((sum, part) => sum + part.weights, 0)
    const weightOf = (name: string) => mood.find((part) => part.name === name)?.weights ?? 0
    const scale = scored > 0 ? effective / weights : 0
    const [positive, neutral, negative] = ['positive', 'neutral', 'negative'].map((name) => weightOf(name) * scale)
    const counts = { ...noCounts, positive: positive ?? 0, neutral: neutral ?? 0, negative: negative ?? 0 }
    const parts =
      kind === 'open'
        ? ['positive', 'neutral', 'negative'].map((name) =>
            partOf(name, mood.find((part) => part.name === name)?.given ?? 0, weightOf(name), scored, scored * scale),
          )
        : inOrder(kind, of(chosen)).map((part) => partOf(part.name, part.given, part.weights, weights, effective))
    return {
      ...{ questionId, question, kind, sample, effectiveSample: effective, few: sample < fewMentions, parts },
      ...meanOf(row, effective),
      ...(kind === 'open' ? moodOf(counts) : noMood),
    }
  })
}

/** Steps of a scale stand in their order; choices as they were given, the most chosen first. */
const inOrder = (kind: QuestionRow['kind'], parts: readonly PartRow[]): readonly PartRow[] =>
  kind === 'scale' ? parts.toSorted((one, other) => Number(one.name) - Number(other.name)) : parts

/** Of a scale, mean ± 1.96 s / √n with the effective sample; no interval for fewer than two. */
function meanOf({ kind, weights, scores, squaredScores }: QuestionRow, effective: number) {
  if (kind !== 'scale' || scores === null || squaredScores === null || weights <= 0)
    return { mean: null, meanInterval: null }
  const mean = scores / weights
  if (effective < 2) return { mean, meanInterval: null }
  const variance = Math.max(0, squaredScores / weights - mean * mean) * (effective / (effective - 1))
  const margin = 1.96 * Math.sqrt(variance / effective)
  return { mean, meanInterval: { low: mean - margin, high: mean + margin } }
}

interface VoiceRow {
  readonly voice: Voice['voice']
  readonly term: string
  readonly given: number
  readonly negative: number
  readonly neutral: number
  readonly positive: number
}

/** Open answers beside what is posted and reviewed in the same time: how many, in which mood, and what they name. */
async function voicesOf(store: Queries, { surveyId, from, until }: SurveySummary) {
  const rows = await store.query<VoiceRow>(
    `SELECT voice, term, sum(sign) AS given, sumIf(sign, sentiment = 'negative') AS negative,
       sumIf(sign, sentiment = 'neutral') AS neutral, sumIf(sign, sentiment = 'positive') AS positive
     FROM (
       SELECT 'survey' AS voice, a.sentiment AS sentiment, a.sign AS sign,
         arrayJoin(arrayConcat([''], arrayMap(one -> concat(toString(one.2), '\\x1f', toString(one.1)), a.terms))) AS term
       FROM survey_answers AS a WHERE a.surveyId = {surveyId:String} AND a.kind = 'open'
       UNION ALL
       SELECT toString(m.kind) AS voice, m.sentiment AS sentiment, m.sign AS sign,
         arrayJoin(arrayConcat([''], arrayMap(one -> concat(toString(one.2), '\\x1f', toString(one.1)), m.terms))) AS term
       FROM mentions AS m WHERE isNull(m.repostOf)
         AND m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt <= fromUnixTimestamp64Milli({until:Int64})
     ) GROUP BY voice, term HAVING given > 0`,
    { params: { surveyId, from, until }, timeout },
  )
  const names = ['survey', 'post', 'review'] as const
  const find = (voice: Voice['voice'], term: string) => rows.find((row) => row.voice === voice && row.term === term)
  const samples = new Map(names.map((voice) => [voice, find(voice, '')?.given ?? 0]))
  const voices = names.map((voice): Voice => {
    const { positive = 0, neutral = 0, negative = 0 } = find(voice, '') ?? {}
    return {
      ...{ voice, sample: samples.get(voice) ?? 0, scored: positive + neutral + negative },
      ...moodOf({ ...noCounts, positive, neutral, negative }),
    }
  })
  const shareIn = (voice: Voice['voice'], term: string): VoiceShare => {
    const [count, all] = [find(voice, term)?.given ?? 0, samples.get(voice) ?? 0]
    return { count, share: all === 0 ? null : count / all, interval: shareInterval(count, all) }
  }
  const asked = rows.filter(({ voice, term }) => voice === 'survey' && term !== '').sort((a, b) => b.given - a.given)
  const terms = asked.slice(0, mostTerms).map(({ term: key }) => {
    const [kind = '', term = ''] = key.split('\u001f')
    return { term, kind, survey: shareIn('survey', key), post: shareIn('post', key), review: shareIn('review', key) }
  })
  return { voices, terms }
}

/** What open answers say of each aspect beside what posts and reviews of the same time do. @param voices with their samples */
async function aspectsOf(store: Queries, { surveyId, from, until }: SurveySummary, voices: readonly Voice[]) {
  const rows = await store.query<Omit<VoiceRow, 'term'> & { readonly aspect: string }>(
    `SELECT voice, toString(said.1) AS aspect, sum(sign) AS given, sumIf(sign, said.2 = 'negative') AS negative,
       sumIf(sign, said.2 = 'neutral') AS neutral, sumIf(sign, said.2 = 'positive') AS positive
     FROM (
       SELECT 'survey' AS voice, a.sign AS sign, arrayJoin(a.aspects) AS said
       FROM survey_answers AS a WHERE a.surveyId = {surveyId:String} AND a.kind = 'open'
       UNION ALL
       SELECT toString(m.kind) AS voice, m.sign AS sign, arrayJoin(m.aspects) AS said
       FROM mentions AS m WHERE isNull(m.repostOf)
         AND m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt <= fromUnixTimestamp64Milli({until:Int64})
     ) GROUP BY voice, aspect HAVING given > 0`,
    { params: { surveyId, from, until }, timeout },
  )
  const saidBy = (voice: Voice['voice'], aspect: string): AspectVoice => {
    const said = rows.find((row) => row.voice === voice && row.aspect === aspect)
    const { given = 0, positive = 0, neutral = 0, negative = 0 } = said ?? {}
    const all = voices.find((each) => each.voice === voice)?.sample ?? 0
    return {
      ...{ count: given, share: all === 0 ? null : given / all, interval: shareInterval(given, all) },
      ...moodOf({ ...noCounts, positive, neutral, negative }),
    }
  }
  return rows
    .filter(({ voice }) => voice === 'survey')
    .sort((one, other) => other.given - one.given || (one.aspect < other.aspect ? -1 : 1))
    .map(({ aspect }) => ({
      ...{ aspect, survey: saidBy('survey', aspect), post: saidBy('post', aspect), review: saidBy('review', aspect) },
    }))
}

/** A survey with its questions; null when nobody answered it. */
export async function surveyOf(store: Queries, surveyId: string): Promise<SurveyFigures | null> {
  const summary = (await surveysThereAre(store)).find((each) => each.surveyId === surveyId)
  if (summary === undefined) return null
  const [answers, beside] = await Promise.all([questionsOf(store, surveyId), voicesOf(store, summary)])
  return { ...summary, answers, ...beside, aspects: await aspectsOf(store, summary, beside.voices) }
}
