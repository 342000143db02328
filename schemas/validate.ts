import type { Deletion } from './deletion.js'
import type { Engagement } from './engagement.js'
import {
  choices,
  count,
  type FieldRule,
  flag,
  identity,
  instant,
  languageCode,
  oneOf,
  optional,
  plainText,
  stars,
  ubigeo,
  webAddress,
  weight,
} from './field-rules.js'
import type { Post } from './post.js'
import type { Review } from './review.js'
import type { Survey } from './survey.js'
import { wrongInAnswer } from './survey-rules.js'

/**
 * What came of an input from outside: a record, or a sentence that names each field at fault, what it was and what is
 * expected. Fields that the record does not have are left out and named in `ignored`: a source may say more than we keep.
 */
export type Validation<Value> =
  | { readonly kind: 'valid'; readonly value: Value; readonly ignored: readonly string[] }
  | { readonly kind: 'invalid'; readonly detail: string }

type Rules<Value> = { readonly [Name in keyof Value]: FieldRule<Value[Name]> }

/** Checks the fields of a post, as they came in JSON or CSV. */
export const validatePost = validator<Post>({
  postId: identity,
  source: identity,
  author: identity,
  text: plainText,
  createdAt: instant,
  editedAt: optional(instant),
  language: optional(languageCode),
  region: optional(ubigeo),
  repostOf: optional(identity),
  url: optional(webAddress),
  simulated: flag,
})

/** Checks the fields of a review, as they came in JSON or CSV. */
export const validateReview = validator<Review>({
  reviewId: identity,
  source: identity,
  author: identity,
  text: plainText,
  stars: optional(stars),
  place: optional(identity),
  createdAt: instant,
  editedAt: optional(instant),
  language: optional(languageCode),
  region: optional(ubigeo),
  url: optional(webAddress),
  simulated: flag,
})

/** Checks the fields of a deletion. */
export const validateDeletion = validator<Deletion>({ id: identity, deletedAt: instant, reason: optional(identity) })

/** Checks the fields of an observation of a post's counters. */
export const validateEngagement = validator<Engagement>({
  postId: identity,
  source: identity,
  observedAt: instant,
  likes: optional(count),
  comments: optional(count),
  shares: optional(count),
  views: optional(count),
  reach: optional(count),
  followers: optional(count),
  simulated: flag,
})

const surveyFields = validator<Survey>({
  answerId: identity,
  surveyId: identity,
  questionId: identity,
  question: plainText,
  kind: oneOf('single', 'multiple', 'scale', 'open'),
  choices,
  text: optional(plainText),
  source: identity,
  author: identity,
  answeredAt: instant,
  editedAt: optional(instant),
  language: optional(languageCode),
  region: optional(ubigeo),
  weight: optional(weight),
  simulated: flag,
})

/** Checks the fields of an answer to a survey, and whether they are an answer to a question of its kind. */
export function validateSurvey(input: unknown): Validation<Survey> {
  const validation = surveyFields(input)
  const wrong = validation.kind === 'valid' ? wrongInAnswer(validation.value) : null
  return wrong === null ? validation : { kind: 'invalid', detail: wrong }
}

function validator<Value extends object>(rules: Rules<Value>): (input: unknown) => Validation<Value> {
  const names = Object.keys(rules) as (keyof Value & string)[]
  return (input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return { kind: 'invalid', detail: `expected an object with the fields ${names.join(', ')}, not ${shown(input)}` }
    }
    const given = new Map<string, unknown>(Object.entries(input))
    const value: Partial<Value> = {}
    const problems: string[] = []
    for (const name of names) {
      const field = given.get(name)
      const ruled = rules[name](field === undefined || field === '' ? null : field)
      if ('value' in ruled) value[name] = ruled.value
      else problems.push(`${name}: expected ${ruled.expected}, not ${field === undefined ? 'nothing' : shown(field)}`)
    }
    if (problems.length > 0) return { kind: 'invalid', detail: problems.join('; ') }
    return { kind: 'valid', value: value as Value, ignored: [...given.keys()].filter((name) => !(name in rules)) }
  }
}

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
  return typeof value === 'string' && value.length > 60 ? `${text} and ${value.length - 60} more characters` : text
}
