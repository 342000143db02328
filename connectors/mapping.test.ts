import { describe, expect, it } from '@jest/globals'
import { mapFields, parseMapping } from './mapping.js'

describe('a mapping', () => {
  it('keeps the type of a single field, builds texts of several, and leaves other fields their name', () => {
    const mapping = parseMapping([
      'postId=twitter:{id}',
      'createdAt={created_at}',
      'author={user.name}',
      'source=twitter',
    ])
    const fields = { id: 7, created_at: 1_622_602_060_642, user: { name: 'ana' }, text: 'hola' }
    expect(mapFields(fields, mapping)).toEqual({
      postId: 'twitter:7',
      createdAt: 1_622_602_060_642,
      author: 'ana',
      source: 'twitter',
      text: 'hola',
      user: { name: 'ana' },
    })
  })

  it('gives null, and not a half text, when a field of a template is missing', () => {
    expect(mapFields({}, parseMapping(['postId=twitter:{id}']))).toEqual({ postId: null })
  })

  it('does not reach into what objects inherit', () => {
    expect(mapFields({ a: {} }, { b: '{a.constructor.name}' })).toEqual({ a: {}, b: undefined })
  })

  it('names a pair that is no mapping', () => {
    expect(() => parseMapping(['postId'])).toThrow(/--map "postId"/)
  })
})
