import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AnalyticsError } from '../error.js'
import { headerOf } from './request.js'

interface Credentials {
  readonly user: string
  readonly password: string
}

function basic(request: IncomingMessage): Credentials | undefined {
  const header = headerOf(request, 'authorization')
  if (header === undefined || !/^basic /i.test(header)) return undefined
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

function given(request: IncomingMessage, address: URL): Credentials {
  const user = headerOf(request, 'x-clickhouse-user')
  const password = headerOf(request, 'x-clickhouse-key')
  if (user !== undefined || password !== undefined) return { user: user ?? 'default', password: password ?? '' }
  const fromBasic = basic(request)
  if (fromBasic !== undefined) return fromBasic
  return { user: address.searchParams.get('user') ?? 'default', password: address.searchParams.get('password') ?? '' }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
/** Takes as long for a wrong text as for the right one. */
const same = (left: string, right: string) => timingSafeEqual(digest(left), digest(right))

/**
 * Checks who asks: `X-ClickHouse-User` and `-Key`, HTTP Basic, or `user` and `password` in the address.
 * @throws AnalyticsError AUTHENTICATION_FAILED
 */
export function authenticate(request: IncomingMessage, address: URL, expected: Credentials): void {
  const { user, password } = given(request, address)
  const known = same(user, expected.user)
  const right = same(password, expected.password)
  if (known && right) return
  throw new AnalyticsError(
    `${user.slice(0, 64)}: Authentication failed: password is incorrect, or there is no user with such name`,
    516,
    'AUTHENTICATION_FAILED',
  )
}
