import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The key of the hashes that stand for authors: the configured one, else one that is made once and kept. */
export function authorKey(configured: string, dataDir: string): string {
  if (configured !== '') return configured
  const file = join(dataDir, 'author.key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8').trim()
}

/**
 * The pseudonym of an author of a source: 16 hexadecimal digits of HMAC-SHA256. Without the key nobody can tell whether
 * a name belongs to it; with it, the posts of a person who asks for erasure are found.
 */
export const pseudonym = (key: string, source: string, author: string): string =>
  createHmac('sha256', key).update(`${source}\u0000${author}`).digest('hex').slice(0, 16)

/** Replaces the author of a post or review on its way in; other values pass. */
export function pseudonymised(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('author' in value) || !('source' in value)) return value
  return { ...value, author: pseudonym(key, String(value.source), String(value.author)) }
}
