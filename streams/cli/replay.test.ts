import { describe, expect, it } from '@jest/globals'
import { adviceOn } from './replay.js'

describe('a file of which no line became a record', () => {
  it('is told why, and that its fields can be mapped', () => {
    const advice = adviceOn({ line: 1, detail: 'postId: expected a text, not nothing', fields: { id: 7, when: 'x' } })
    expect(advice).toContain('the first was line 1: postId: expected a text')
    expect(advice).toContain('its fields are id, when')
    expect(advice).toContain('--map postId=')
  })

  it('is told why alone where its lines have no fields', () => {
    expect(adviceOn({ line: 3, detail: 'no JSON' })).toBe('no line became a record; the first was line 3: no JSON')
  })
})
