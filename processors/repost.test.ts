import { describe, expect, it } from '@jest/globals'
import { repostOf } from './repost.js'

describe('a repost', () => {
  it('is what its source says it is', () => {
    expect(repostOf('twitter:1', 'RT @ana: hola')).toBe('twitter:1')
  })

  it('is known by its beginning', () => {
    expect(repostOf(null, 'RT @ana: hola')).toBe('@ana')
    expect(repostOf(null, 'RT @Ana_Perú2 hola')).toBe('@Ana_Perú2')
  })

  it('is not a post that speaks of one', () => {
    expect(repostOf(null, 'hola RT @ana: hola')).toBeNull()
    expect(repostOf(null, 'RT hola')).toBeNull()
    expect(repostOf(null, 'rt @ana: hola')).toBeNull()
  })
})
