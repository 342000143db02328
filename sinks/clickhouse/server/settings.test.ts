import { describe, expect, it } from '@jest/globals'
import { insertSettings } from '../store.js'
import { failureOf } from './failure.js'
import { insertableSettings, type UserSetting } from './settings.js'

const asked = insertSettings('token')
const free: UserSetting = { value: 'other', fixed: false, min: null, max: null }

/** A user who may change everything that is asked for, apart from these. */
const userWith = (some: Readonly<Record<string, Partial<UserSetting> | null>> = {}) =>
  new Map(
    Object.keys(asked).flatMap((name) => {
      const special = some[name]
      return special === null ? [] : [[name, { ...free, ...special }] as const]
    }),
  )

function refusal(some: Parameters<typeof userWith>[0]): Error {
  try {
    insertableSettings(asked, userWith(some))
  } catch (error) {
    expect(failureOf(error).kind).toBe('refused')
    return error as Error
  }
  throw new Error('it was taken')
}

describe('the settings of an insert', () => {
  it('all go along where the user may change them', () => {
    expect(insertableSettings(asked, userWith())).toEqual(asked)
  })

  it('are left out where the user has them anyway, even if fixed', () => {
    const user = userWith({ async_insert: { value: '0', fixed: true } })
    const { async_insert: _, ...rest } = asked
    expect(insertableSettings(asked, user)).toEqual(rest)
  })

  it('are left out where they are for speed, and the user may not change them or the server has none', () => {
    const user = userWith({ compile_expressions: { fixed: true }, optimize_on_insert: null })
    const { compile_expressions: _, optimize_on_insert: __, ...rest } = asked
    expect(insertableSettings(asked, user)).toEqual(rest)
  })

  it('need not be those of releases that came after the server', () => {
    const user = userWith({ deduplicate_insert: null, deduplicate_insert_select: null })
    const { deduplicate_insert: _, deduplicate_insert_select: __, ...rest } = asked
    expect(insertableSettings(asked, user)).toEqual(rest)
  })

  it('refuse a user who may not change one that exactly-once needs, by its name', () => {
    expect(refusal({ async_insert: { value: '1', fixed: true } }).message).toMatch(
      /the user may not change async_insert \(needed: 0, it is 1\)/,
    )
    expect(refusal({ insert_deduplication_token: { value: '', fixed: true } }).message).toMatch(/it is empty/)
  })

  it('refuse a user whose profile sets bounds that one is out of', () => {
    expect(refusal({ max_threads: { min: '4' } }).message).toContain('max_threads')
    expect(refusal({ max_block_size: { max: '65536' } }).message).toContain('max_block_size')
  })

  it('refuse a server that does not know one that exactly-once needs', () => {
    expect(refusal({ insert_deduplication_token: null }).message).toContain('does not know insert_deduplication_token')
  })
})
