import { fewMentions } from '../../schemas/growth.js'
import { balanceInterval, type Interval, leastScored, meanInterval, shareInterval } from '../../schemas/interval.js'
import type { Measures } from '../../schemas/metrics/formula.js'
import { type SurveyMeasure, surveyFormulas } from '../../schemas/metrics/surveys.js'
import { type Counts, metrics, noCounts } from '../../schemas/metrics.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import type { Queries } from '../../streams/engine/ports/analytics.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000
/** Terms of open answers that are put beside posts and reviews. */
const mostTerms = 10
/** Surveys in the list. */
const mostSurveys = 200
/** Choices, or numbers of a scale, of a question: those beyond are counted. */
const mostParts = 1_000

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
  /** The sample is worth fewer than 30 answers: what is said is uncertain. */
  readonly few: boolean
  /**
   * Choices, the most chosen first; steps of a scale in their order; of open questions positive, neutral and negative. At most
   * 1,000, those with the most weight.
   */
  readonly parts: readonly Part[]
  /** Choices or steps that were given beyond those. */
  readonly partsLeftOut: number
  /** Of scales: the mean, with the interval of Student's t; none for a sample worth fewer than two, or without a difference in it. */
  readonly mean: number | null
  readonly meanInterval: Interval | null
  /** Of open questions, from -1 to 1; null with fewer than ten answers that have a sentiment. */
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

const summaries = `SELECT a.surveyId AS surveyId, uniqExact(a.questionId) AS questions, uniqExact(a.author) AS people,
   toUnixTimestamp64Milli(min(a.answeredAt)) AS from, toUnixTimestamp64Milli(max(a.answeredAt)) AS until
 FROM current_survey_answers AS a`

/** The surveys that there are, newest first: at most 200. */
export const surveysThereAre = (store: Queries): Promise<readonly SurveySummary[]> =>
  store.query<SurveySummary>(
    `${summaries} GROUP BY a.surveyId ORDER BY until DESC, surveyId LIMIT ${String(mostSurveys)}`,
    { timeout },
  )

/** One of them, however old; null when nobody answered it. */
const summaryOf = async (store: Queries, surveyId: string): Promise<SurveySummary | null> =>
  (
    await store.query<SurveySummary>(`${summaries} WHERE a.surveyId = {surveyId:String} GROUP BY a.surveyId`, {
      params: { surveyId },
      timeout,
    })
  )[0] ?? null

const noMood = { balance: null, balanceInterval: null }
/** The balance with its interval; neither with too few. */
function moodOf(counts: Counts): { readonly balance: number | null; readonly balanceInterval: Interval | null } {
  const balance = metrics.balance.of(counts)
  const { positive, neutral, negative } = counts
  return balance === null ? noMood : { balance, balanceInterval: balanceInterval(positive, neutral, negative) }
}

const noMeasures: Measures<SurveyMeasure> = {
  ...{
    answers: null,
    weights: null,
    squaredWeights: null,
    weightedScores: null,
    partWeights: null,
    low: null,
    high: null,
  },
}
const { effectiveSample, answerShare, marginOfError, answerMean, sample: sampleSize } = surveyFormulas

/**
 * What a sample is worth. It is rounded, so that answers of equal weight are worth their number whatever the weight: sums of
 * fractions fall a hair short of it.
 */
const worthOf = (answers: number, weights: number, squaredWeights: number): number =>
  effectiveSample.of({ ...noMeasures, answers, weights, squaredWeights }) ?? 0

const partOf = (name: string, count: number, partWeights: number, weights: number, effective: number): Part => {
  const share = answerShare.of({ ...noMeasures, partWeights, weights })
  const interval = share === null ? null : shareInterval(Math.min(1, share) * effective, effective)
  return {
    ...{ name, count, share, interval },
    marginOfError: interval === null ? null : marginOfError.of({ ...noMeasures, ...interval }),
  }
}

interface QuestionRow {
  readonly questionId: string
  readonly question: string
  readonly kind: SurveyAnswer['kind']
  readonly sample: number
  readonly weights: number
  readonly effective: number | null
  readonly mean: number | null
  readonly squaredScores: number | null
}
interface PartRow {
  readonly questionId: string
  readonly name: string
  readonly given: number
  readonly weights: number
}
/** @property of how many there are of the question */
interface ChoiceRow extends PartRow {
  readonly of: number
}
interface MoodRow extends PartRow {
  readonly squares: number
}

async function questionsOf(store: Queries, surveyId: string): Promise<readonly QuestionFigures[]> {
  const params = { surveyId }
  const [rows, chosen, moods] = await Promise.all([
    store.query<QuestionRow>(
      `SELECT a.questionId AS questionId, argMax(a.question, a.answeredAt) AS question, argMax(a.kind, a.answeredAt) AS kind,
         ${sampleSize.overAnswers} AS sample, ${effectiveSample.overAnswers} AS effective, ${answerMean.overAnswers} AS mean,
         sum(a.weight) AS weights, sum(a.weight * a.score * a.score) AS squaredScores
       FROM current_survey_answers AS a WHERE a.surveyId = {surveyId:String} GROUP BY a.questionId ORDER BY questionId`,
      { params, timeout },
    ),
    store.query<ChoiceRow>(
      `SELECT a.questionId AS questionId, choice AS name, count() AS given, sum(a.weight) AS weights,
         count() OVER (PARTITION BY questionId) AS of
       FROM current_survey_answers AS a ARRAY JOIN a.choices AS choice
       WHERE a.surveyId = {surveyId:String} GROUP BY questionId, name ORDER BY weights DESC, name LIMIT ${String(mostParts)} BY questionId`,
      { params, timeout },
    ),
    store.query<MoodRow>(
      `SELECT a.questionId AS questionId, assumeNotNull(a.sentiment) AS name, count() AS given, sum(a.weight) AS weights,
         sum(a.weight * a.weight) AS squares
       FROM current_survey_answers AS a WHERE a.surveyId = {surveyId:String} AND isNotNull(a.sentiment)
       GROUP BY questionId, name`,
      { params, timeout },
    ),
  ])
  return rows.map((row) => {
    const { questionId, question, kind, sample, weights } = row
    const effective = row.effective ?? 0
    const ofQuestion = <Row extends PartRow>(given: readonly Row[]) =>
      given.filter((part) => part.questionId === questionId)
    const own = ofQuestion(chosen)
    const said = saidOf(ofQuestion(moods))
    const parts =
      kind === 'open'
        ? said.parts
        : inOrder(kind, own).map((part) => partOf(part.name, part.given, part.weights, weights, effective))
    return {
      ...{ questionId, question, kind, sample, effectiveSample: effective, few: effective < fewMentions, parts },
      partsLeftOut: kind === 'open' ? 0 : (own[0]?.of ?? 0) - own.length,
      ...meanOf(row, effective),
      ...(kind === 'open' ? said.mood : noMood),
    }
  })
}

/** The moods of open answers and their balance, by weight: of those that have one, and as many as those are worth. */
function saidOf(rows: readonly MoodRow[]) {
  const sum = (figure: (row: MoodRow) => number) => rows.reduce((all, row) => all + figure(row), 0)
  const [given, weights] = [sum((row) => row.given), sum((row) => row.weights)]
  const effective = worthOf(
    given,
    weights,
    sum(({ squares }) => squares),
  )
  const of = (name: string) => rows.find((row) => row.name === name)
  const labels = ['positive', 'neutral', 'negative']
  const [positive = 0, neutral = 0, negative = 0] = labels.map((name) => of(name)?.weights ?? 0)
  const [up = 0, level = 0, down = 0] = [positive, neutral, negative].map((each) => (each / weights) * effective)
  return {
    parts: labels.map((name) => partOf(name, of(name)?.given ?? 0, of(name)?.weights ?? 0, weights, effective)),
    // people are counted, not what they weigh: the rule is of how many said something
    mood:
      given < leastScored || weights <= 0
        ? noMood
        : { balance: (positive - negative) / weights, balanceInterval: balanceInterval(up, level, down) },
  }
}

/** Steps of a scale stand in their order; choices as they were given, the most chosen first. */
const inOrder = (kind: QuestionRow['kind'], parts: readonly PartRow[]): readonly PartRow[] =>
  kind === 'scale' ? parts.toSorted((one, other) => Number(one.name) - Number(other.name)) : parts

/** Of a scale, by weight: mean and variance of the answers, and the interval of as many as they are worth. */
function meanOf({ kind, weights, mean, squaredScores }: QuestionRow, effective: number) {
  if (kind !== 'scale' || mean === null || squaredScores === null || weights <= 0)
    return { mean: null, meanInterval: null }
  const spread = squaredScores / weights - mean * mean
  // what is left of a difference of sums of squares that are equal is rounding
  const variance = spread > 1e-12 * (squaredScores / weights) ? spread : 0
  return { mean, meanInterval: meanInterval(mean, variance, effective) }
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
  const summary = await summaryOf(store, surveyId)
  if (summary === null) return null
  const [answers, beside] = await Promise.all([questionsOf(store, surveyId), voicesOf(store, summary)])
  return { ...summary, answers, ...beside, aspects: await aspectsOf(store, summary, beside.voices) }
}
