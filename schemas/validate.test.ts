import { describe, expect, it } from '@jest/globals'
import { aPost } from '../tests/support/records.js'
import { validateDeletion, validateEngagement, validatePost, validateReview } from './validate.js'

const least = { postId: 'x:1', source: 'x', author: 'a', text: 'hola', createdAt: 5 }
const detailOf = (input: unknown): string => {
  const validation = validatePost(input)
  return validation.kind === 'invalid' ? validation.detail : 'valid'
}

describe('a post from outside', () => {
  it('needs five fields; the others are null', () => {
    expect(validatePost(least)).toEqual({
      kind: 'valid',
      value: aPost({ ...least }),
      ignored: [],
    })
  })

  it('may have fields we do not keep, which are named', () => {
    expect(validatePost({ ...least, likes: 3, __proto__x: 1 })).toMatchObject({ ignored: ['likes', '__proto__x'] })
  })

  it('is refused with every field at fault, what it was and what is expected', () => {
    expect(detailOf({ ...least, text: 7, createdAt: 'yesterday', region: '99' })).toBe(
      'text: expected a text that is not blank, not 7; ' +
        'createdAt: expected milliseconds since 1970 (a whole number >= 0) or an ISO 8601 time with its zone, not "yesterday"; ' +
        'region: expected a ubigeo as a text: 2, 4 or 6 digits, of a department 01 to 25, not "99"',
    )
    expect(detailOf({})).toContain(
      'postId: expected a text of 1 to 512 characters, or a whole number up to 2^53, not nothing',
    )
    expect(detailOf({ ...least, text: ' \n' })).toContain('text: expected')
    expect(detailOf([1])).toContain('not an array of 1')
    expect(detailOf('x'.repeat(100))).toContain('and 40 more characters')
  })

  it('may come from CSV, where numbers are texts and nothing is an empty text', () => {
    expect(validatePost({ ...least, createdAt: '1622602060642', editedAt: '', simulated: 'true' })).toMatchObject({
      value: { createdAt: 1_622_602_060_642, editedAt: null, simulated: true },
    })
  })

  it('may give its time as ISO 8601 with a zone, not without one', () => {
    expect(validatePost({ ...least, createdAt: '2020-01-22T23:08:00-05:00' })).toMatchObject({
      value: { createdAt: Date.UTC(2020, 0, 23, 4, 8) },
    })
    expect(detailOf({ ...least, createdAt: '2020-01-22T23:08:00' })).toContain('createdAt')
    expect(detailOf({ ...least, createdAt: -1 })).toContain('createdAt')
    expect(detailOf({ ...least, createdAt: 1.5 })).toContain('createdAt')
  })

  it('has its language and region brought into one form', () => {
    expect(validatePost({ ...least, language: 'es-PE', region: '150000' })).toMatchObject({
      value: { language: 'es', region: '15' },
    })
  })

  it('keeps no half of a surrogate pair, which UTF-8 cannot hold', () => {
    expect(validatePost({ ...least, text: 'a\ud800b' })).toMatchObject({ value: { text: 'a\ufffdb' } })
  })
})

describe('other records from outside', () => {
  it('are checked by the same rules', () => {
    expect(validateReview({ ...least, reviewId: 1, stars: 6 })).toEqual({
      kind: 'invalid',
      detail: 'stars: expected a number from 1 to 5, not 6',
    })
    expect(validateReview({ ...least, reviewId: 1, stars: '4.5' })).toMatchObject({
      value: { reviewId: '1', stars: 4.5 },
    })
    expect(validateDeletion({ id: 'x:1', deletedAt: 9 })).toMatchObject({ value: { reason: null } })
    expect(validateEngagement({ postId: 'x:1', source: 'x', observedAt: 9, likes: -1 })).toEqual({
      kind: 'invalid',
      detail: 'likes: expected a whole number >= 0, not -1',
    })
  })
})
