import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../config/loopback.js'
import type { Config } from '../config.js'
import { allows, holderOf } from './tokens.js'

const cookieName = 'pulso_token'
/** Paths that say nothing about the data. */
const openPaths = new Set(['/healthz', '/readyz'])

const digestOf = (token: string) => createHash('sha256').update(token).digest()

/** The token that a request carries: in its header, or in the cookie that a board was opened with. */
function tokenOf({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return bearer
  const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim().split('='))
  return cookies.find(([name]) => name === cookieName)?.[1] ?? null
}

/**
 * Whether a request may pass. An engine that listens on loopback is for whoever is on the machine; any other asks for
 * a token (`pulso token create`, or the one for metrics). The control interface has its own token and is let through to
 * it.
 */
export function authorizer({
  dataDir,
  httpHost,
  metricsToken,
}: Pick<Config, 'dataDir' | 'httpHost' | 'metricsToken'>): (
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
) => boolean {
  if (isLoopback(httpHost)) return () => true
  const ofMetrics = metricsToken === '' ? null : digestOf(metricsToken)
  return (request) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (openPaths.has(path) || path.startsWith('/api/v1/control/')) return true
    const opened = path === '/' ? new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') : null
    const token = opened ?? tokenOf(request)
    if (path === '/metrics' && token !== null && ofMetrics !== null && timingSafeEqual(digestOf(token), ofMetrics))
      return true
    const holder = token === null ? null : holderOf(dataDir, token)
    return holder !== null && allows(holder.role, request.method ?? 'GET')
  }
}

/** The name of the token that a request carries; null where it carries none. */
export function callerOf({
  dataDir,
}: Pick<Config, 'dataDir'>): (request: Pick<IncomingMessage, 'headers'>) => string | null {
  return (request) => {
    const token = tokenOf(request)
    return token === null ? null : (holderOf(dataDir, token)?.name ?? null)
  }
}

/** The cookie that keeps a token which a board was opened with (`/?token=...`). */
export const tokenCookie = (token: string): string =>
  `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`
