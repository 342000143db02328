import type { DeadLetter } from '../../schemas/dead-letter.js'
import type { EmergingTerm } from '../../schemas/emerging-term.js'
import type { LateRecord } from '../../schemas/late-record.js'
import type { Mention } from '../../schemas/mention.js'
import type { Shift } from '../../schemas/shift.js'
import type { SurveyAnswer } from '../../schemas/survey-answer.js'
import type { Trend } from '../../schemas/trend.js'
import { beginningOf } from '../../streams/engine/letters.js'
import type { Row } from '../../streams/engine/ports/analytics.js'

/**
 * A row of `mentions`: the score of the sentiment stands beside the other columns, null where there is none.
 * @param place where it stands in the topic, when that is told
 */
export function mentionRow(mention: Mention, place?: { readonly partition: number; readonly offset: number }): Row {
  const { sentiment } = mention
  return {
    postId: mention.postId,
    revision: mention.revision,
    sign: mention.sign,
    kind: mention.kind,
    source: mention.source,
    author: mention.author,
    text: mention.text,
    createdAt: mention.createdAt,
    language: mention.language,
    region: mention.region,
    terms: mention.terms.map(({ term, kind }) => [term, kind]),
    repostOf: mention.repostOf,
    stars: mention.stars,
    sentiment: sentiment?.label ?? null,
    confidence: sentiment?.confidence ?? null,
    negative: sentiment?.negative ?? null,
    neutral: sentiment?.neutral ?? null,
    positive: sentiment?.positive ?? null,
    sure: sentiment?.sure ?? null,
    model: sentiment?.model ?? null,
    url: mention.url,
    simulated: mention.simulated,
    aspects: mention.aspects.map(({ aspect, label, confidence }) => [aspect, label, confidence]),
    ...place,
  }
}

const windowOf = (trend: Trend): string =>
  `${trend.term}\u001f${trend.kind}\u001f${trend.region}\u001f${trend.window}\u001f${trend.start}`

/** Rows of `trends`: of the results of one window in the block the one of the highest revision, which replaces the others. */
export function trendRows(trends: readonly Trend[]): Row[] {
  const newest = new Map<string, Trend>()
  for (const trend of trends) {
    const window = windowOf(trend)
    const before = newest.get(window)
    if (before === undefined || trend.revision >= before.revision) newest.set(window, trend)
  }
  return Array.from(newest.values(), (trend) => ({
    term: trend.term,
    kind: trend.kind,
    region: trend.region,
    window: trend.window,
    start: trend.start,
    end: trend.end,
    isFinal: trend.isFinal,
    revision: trend.revision,
    mentions: trend.mentions,
    reposts: trend.reposts,
    negative: trend.negative,
    neutral: trend.neutral,
    positive: trend.positive,
    unsure: trend.unsure,
    authors: trend.authors,
  }))
}

/** A row of `shifts`. */
export function shiftRow(shift: Shift): Row {
  return {
    shift: shift.shift,
    term: shift.term,
    kind: shift.kind,
    region: shift.region,
    window: shift.window,
    start: shift.start,
    end: shift.end,
    measure: shift.measure,
    expected: shift.expected,
    observed: shift.observed,
    deviation: shift.deviation,
    pValue: shift.pValue,
    mentions: shift.mentions,
    evidence: shift.evidence,
    causes: shift.causes,
    method: shift.method,
    shiftId: shift.shiftId,
    state: shift.state,
    revision: shift.revision,
    openedAt: shift.openedAt,
    severity: shift.severity,
    effect: shift.effect,
    source: shift.source,
    topAuthorShare: shift.topAuthorShare,
    pushed: shift.pushed,
  }
}

/** A row of `emerging_terms`. */
export const emergingTermRow = (term: EmergingTerm): Row => ({ ...term })

/** A row of `survey_answers`. */
export const surveyAnswerRow = ({ terms, aspects, ...fields }: SurveyAnswer): Row => ({
  ...fields,
  terms: terms.map(({ term, kind }) => [term, kind]),
  aspects: aspects.map(({ aspect, label, confidence }) => [aspect, label, confidence]),
})

/** A row of `late_records`. */
export function lateRow(late: LateRecord): Row {
  return {
    stage: late.stage,
    reason: late.reason,
    topic: late.topic,
    partition: late.partition,
    offset: late.offset,
    timestamp: late.timestamp,
    streamTime: late.streamTime,
    windowStart: late.windowStart,
    windowEnd: late.windowEnd,
    key: late.key,
    value: late.value,
  }
}

/** A row of `dead_letters`: of values above 64 KiB it has the beginning, the topic has the whole. */
export function deadLetterRow(letter: DeadLetter): Row {
  return {
    stage: letter.stage,
    reason: letter.reason,
    detail: letter.detail,
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    file: letter.file,
    line: letter.line,
    timestamp: letter.timestamp,
    key: letter.key,
    value: letter.value === null ? null : beginningOf(letter.value),
    bytes: letter.bytes,
    replays: letter.replays,
  }
}
