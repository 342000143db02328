import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.js'

/**
 * What the board's page may do: run its own scripts and styles, talk to its own origin. No inline script, no foreign
 * origin, no frame around it.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** The name in a Host header, without the port. */
const hostName = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/** Whether a request may come in under this Host header. */
export const isAllowedHost = (host: string | undefined, allowed: readonly string[] | null): boolean =>
  allowed === null || (host !== undefined && allowed.includes(hostName(host)))

/** Whether a page of this origin may open a connection to the host: its own pages, and programs, which send none. */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** Sets security headers on every answer and refuses requests under a foreign name. */
export function guard(app: FastifyInstance, allowedHosts: readonly string[] | null): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (!request.url.startsWith('/api/docs')) reply.header('content-security-policy', contentSecurityPolicy)
    if (!isAllowedHost(request.headers.host, allowedHosts)) {
      throw new Problem(
        421,
        'foreign-host',
        'This server does not answer under that name',
        `Host: ${request.headers.host ?? 'none'}`,
        'Ask it as localhost, or allow the name in the configuration.',
      )
    }
  })
}

export interface RateLimit {
  /** Requests that may come at once. */
  readonly burst: number
  /** Requests a second in the long run. */
  readonly perSecond: number
}

/** Addresses whose use is remembered; the one asked least recently gives way. */
const rememberedAddresses = 10_000

/** A token bucket for each address. */
export function rateLimiter({ burst, perSecond }: RateLimit, clock: () => number): (request: FastifyRequest) => void {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return ({ ip }) => {
    const now = clock()
    const before = buckets.get(ip) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond)
    buckets.delete(ip)
    buckets.set(ip, { tokens: Math.max(0, tokens - 1), at: now })
    const [oldest] = buckets.keys()
    if (buckets.size > rememberedAddresses && oldest !== undefined) buckets.delete(oldest)
    if (tokens >= 1) return
    const wait = Math.max(1, Math.ceil((1 - tokens) / perSecond))
    throw new Problem(
      429,
      'too-many-requests',
      'Too many requests',
      `At most ${perSecond} a second, ${burst} at once.`,
      `Wait ${wait} s; ask for more in one request.`,
      wait,
    )
  }
}
