import { createHash } from 'node:crypto'
import type { Fields } from '../../connectors/item.js'
import type { ReadyRecord, Refusal } from '../../connectors/replay.js'
import type { DeadLetter } from '../../schemas/dead-letter.js'
import {
  type Validation,
  validateDeletion,
  validateEngagement,
  validatePost,
  validateReview,
  validateSurvey,
} from '../../schemas/validate.js'
import type { Timestamp } from '../engine/time.js'
import type { IncomingRecord } from './instance.js'

interface Intake<Value> {
  validate(fields: unknown): Validation<Value>
  keyOf(value: Value): string
  timeOf(value: Value): Timestamp
  /** The same value moved to another time; such a value says that it is simulated where its schema has a word for it. */
  moved(value: Value, time: Timestamp): Value
}

const intake = <Value>(entry: Intake<Value>) => entry

const postIntake = intake({
  validate: validatePost,
  keyOf: (post) => post.postId,
  timeOf: (post) => post.createdAt,
  moved: (post, time) => ({
    ...post,
    createdAt: time,
    editedAt: post.editedAt === null ? null : time + (post.editedAt - post.createdAt),
    simulated: true,
  }),
})

const reviewIntake = intake({
  validate: validateReview,
  keyOf: (review) => review.reviewId,
  timeOf: (review) => review.createdAt,
  moved: (review, time) => ({
    ...review,
    createdAt: time,
    editedAt: review.editedAt === null ? null : time + (review.editedAt - review.createdAt),
    simulated: true,
  }),
})

const deletionIntake = intake({
  validate: validateDeletion,
  keyOf: (deletion) => deletion.id,
  timeOf: (deletion) => deletion.deletedAt,
  moved: (deletion, time) => ({ ...deletion, deletedAt: time }),
})

const engagementIntake = intake({
  validate: validateEngagement,
  keyOf: (engagement) => engagement.postId,
  timeOf: (engagement) => engagement.observedAt,
  moved: (engagement, time) => ({ ...engagement, observedAt: time, simulated: true }),
})

const surveyIntake = intake({
  validate: validateSurvey,
  keyOf: (survey) => survey.answerId,
  timeOf: (survey) => survey.answeredAt,
  moved: (survey, time) => ({
    ...survey,
    answeredAt: time,
    editedAt: survey.editedAt === null ? null : time + (survey.editedAt - survey.answeredAt),
    simulated: true,
  }),
})

const readers: Readonly<Record<string, (fields: Fields) => ReadyRecord<IncomingRecord> | string>> = {
  posts: reader('posts', postIntake),
  reviews: reader('reviews', reviewIntake),
  deletions: reader('deletions', deletionIntake),
  engagements: reader('engagements', engagementIntake),
  surveys: reader('surveys', surveyIntake),
}

/** Topics that take records from outside. */
export const intakeTopics: readonly string[] = Object.keys(readers)

/** Reads fields from outside as a record of the topic, or says what is wrong with them. */
export function readyFor(topic: string, fields: Fields): ReadyRecord<IncomingRecord> | string {
  const read = readers[topic]
  return read === undefined
    ? `topic "${topic}" takes no records from outside: ${intakeTopics.join(', ')} do`
    : read(fields)
}

function reader<Value>(topic: string, { validate, keyOf, timeOf, moved }: Intake<Value>) {
  return (fields: Fields): ReadyRecord<IncomingRecord> | string => {
    const validation = validate(fields)
    if (validation.kind === 'invalid') return validation.detail
    const { value } = validation
    const time = timeOf(value)
    return {
      time,
      at: (carried) => ({
        topic,
        key: keyOf(value),
        value: { kind: 'value', value: carried === time ? value : moved(value, carried) },
        timestamp: carried,
      }),
    }
  }
}

/** The dead letter of a line that never became a record. Its key is the place, so that reading the file twice is seen. */
export function letterOf(refusal: Refusal, topic: string, file: string, now: Timestamp): IncomingRecord {
  const value: DeadLetter = {
    stage: 'replay',
    reason: refusal.reason,
    detail: refusal.detail,
    topic,
    partition: null,
    offset: null,
    file,
    line: refusal.line,
    timestamp: now,
    key: identityOf(refusal.fields),
    value: refusal.bytes,
    bytes: refusal.length,
    replays: 0,
  }
  const digest = createHash('sha256').update(refusal.bytes).digest('hex').slice(0, 12)
  return {
    topic: 'dead-letters',
    key: `${file}:${refusal.line}:${digest}`,
    value: { kind: 'value', value },
    timestamp: now,
  }
}

/** Whose line it is, by the mapped fields: what is erased later is found by it. */
function identityOf(fields: Fields = {}): Uint8Array | null {
  const named = fields['postId'] ?? fields['reviewId'] ?? fields['id']
  return typeof named === 'string' || typeof named === 'number' ? Buffer.from(String(named)) : null
}
