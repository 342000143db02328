import { describe, expect, it } from '@jest/globals'
import { AnalyticsError } from '../error.js'
import { connectionError, explained, failureOf } from './failure.js'

const error = (type: string) => new AnalyticsError('it failed', 1, type)
const kinds = (...types: readonly string[]) => types.map((type) => failureOf(error(type)).kind)

describe('a failure at a server', () => {
  it('passes by itself when there is no room, too much to do, or nobody there', () => {
    expect(
      kinds('NOT_ENOUGH_SPACE', 'TOO_MANY_PARTS', 'MEMORY_LIMIT_EXCEEDED', 'KEEPER_EXCEPTION', 'UNREACHABLE'),
    ).toEqual(Array(5).fill('unavailable'))
  })

  it('is for somebody to mend when it is one of rights, passwords, settings or missing tables', () => {
    expect(
      kinds('AUTHENTICATION_FAILED', 'ACCESS_DENIED', 'SETTING_CONSTRAINT_VIOLATION', 'UNKNOWN_TABLE', 'UNTRUSTED'),
    ).toEqual(Array(5).fill('refused'))
  })

  it('is a fault of the statement otherwise', () => {
    expect(kinds('TYPE_MISMATCH', 'SYNTAX_ERROR', '')).toEqual(Array(3).fill('fault'))
    expect(failureOf(new TypeError('5 is no text')).kind).toBe('fault')
  })

  it('is told with its name, its code and the remedy', () => {
    expect(explained(new AnalyticsError('no room', 243, 'NOT_ENOUGH_SPACE'))).toBe(
      'no room (NOT_ENOUGH_SPACE, code 243): make room on the disk of the server',
    )
    expect(explained(new TypeError('5 is no text'))).toBe('5 is no text')
  })

  it('names every address that was tried', () => {
    const tried = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ])
    expect(connectionError('http://localhost:1', tried).message).toContain('::1:1; connect ECONNREFUSED 127.0.0.1:1')
  })
})
