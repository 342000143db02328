import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The key of the hashes that stand for authors: the configured one, else one that is made once and kept.
 * @throws Error when the kept one is gone from its file: hashes under an empty key could be undone by anybody, and those
 * under a new one would be other authors
 */
export function authorKey(configured: string, dataDir: string): string {
  if (configured !== '') return configured
  const file = join(dataDir, 'author.key')
  if (!existsSync(file)) keep(file, randomBytes(32).toString('hex'))
  const key = readFileSync(file, 'utf8').trim()
  if (key === '')
    throw new Error(`${file} is empty: put the key of the authors back, or remove the file to begin with new authors`)
  return key
}

/** Makes the file as a whole or not at all, whenever the process or the machine dies. */
function keep(file: string, key: string): void {
  const draft = `${file}.new`
  writeFileSync(draft, key, { mode: 0o600, flush: true })
  renameSync(draft, file)
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
