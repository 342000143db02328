import { type Topic, topic } from '../streams/engine/topic.js'
import type { Board } from './board.js'
import type { DeadLetter } from './dead-letter.js'
import type { Deletion } from './deletion.js'
import type { EmergingTerm } from './emerging-term.js'
import type { Engagement } from './engagement.js'
import type { EngagementMetric } from './engagement-metric.js'
import type { LateRecord } from './late-record.js'
import type { Mention } from './mention.js'
import type { Post } from './post.js'
import type { PostEngagement } from './post-engagement.js'
import type { Review } from './review.js'
import type { Shift } from './shift.js'
import type { Survey } from './survey.js'
import type { SurveyAnswer } from './survey-answer.js'
import type { Trend } from './trend.js'

/**
 * The public topics. Records carry the time of what they tell of, not of their arrival: a retention by time would
 * delete a replay of last year's posts while it is being read. What is kept without limit is what everything else can
 * be computed again from; what is derived is bounded by size.
 */
const gibibyte = 2 ** 30
const bounded = (gibibytes: number) => ({ retention: { time: null, bytes: gibibytes * gibibyte } })

/** Posts as published, and their edits. Kept without limit: every result is recomputed from here. */
export const posts = topic<Post>('posts', 'pulso.Post')
/** Reviews as published, and their edits. Kept without limit. */
export const reviews = topic<Review>('reviews', 'pulso.Review')
/** Posts and reviews that were deleted. Kept without limit: a backfill must not bring back what was deleted. */
export const deletions = topic<Deletion>('deletions', 'pulso.Deletion')
/** Observations of the counters of posts. Kept without limit. */
export const engagements = topic<Engagement>('engagements', 'pulso.Engagement')
/** What people answer when they are asked, an answer a record. Kept without limit. */
export const surveys = topic<Survey>('surveys', 'pulso.Survey')
/** What teams watch: the newest record of a board is the board. */
export const boards = topic<Board>('boards', 'pulso.Board', { cleanup: 'compact' })

/** Posts and reviews with language, region, terms and sentiment, as a stream of changes. Derived, but dear to score again. */
export const mentions = topic<Mention>('mentions', 'pulso.Mention')
/** Results of windows. */
export const trends = topic<Trend>('trends', 'pulso.Trend', bounded(8))
/** Words, pairs of words and hashtags that are new or suddenly frequent. */
export const emergingTerms = topic<EmergingTerm>('emerging-terms', 'pulso.EmergingTerm', bounded(1))
/** Observations beside their post and those before them, as a stream of changes. */
export const postEngagements = topic<PostEngagement>('post-engagements', 'pulso.PostEngagement', bounded(4))
/** Engagement by term, region, author group and window. */
export const engagementMetrics = topic<EngagementMetric>('engagement-metrics', 'pulso.EngagementMetric', bounded(4))
/** Answers with the terms and sentiment of their words, as a stream of changes. */
export const surveyAnswers = topic<SurveyAnswer>('survey-answers', 'pulso.SurveyAnswer', bounded(4))
/** Spikes, drops, turns of sentiment, emerging terms. */
export const shifts = topic<Shift>('shifts', 'pulso.Shift', bounded(1))
/** Records that came after their window was closed. */
export const late = topic<LateRecord>('late', 'pulso.LateRecord', bounded(1))
/** Records that could not be processed, with the bytes as they came. */
export const deadLetters = topic<DeadLetter>('dead-letters', 'pulso.DeadLetter', bounded(4))

export const publicTopics: readonly Topic<unknown>[] = [
  posts,
  reviews,
  deletions,
  engagements,
  surveys,
  boards,
  mentions,
  trends,
  emergingTerms,
  postEngagements,
  engagementMetrics,
  surveyAnswers,
  shifts,
  late,
  deadLetters,
]

/** The subject under which a registry holds the schema of a topic's values. */
export const subjectOf = (of: Pick<Topic<unknown>, 'name'>): string => `${of.name}-value`
