import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder } from './data-folder.js'

/** `viewer` reads, `editor` also sends records and edits boards, `admin` does everything. */
export const roles = ['viewer', 'editor', 'admin'] as const
export type Role = (typeof roles)[number]

interface KeptToken {
  readonly hash: string
  readonly role: Role
  readonly name: string
}

const fileOf = (dataDir: string) => join(dataDir, 'tokens.json')
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

function kept(dataDir: string): readonly KeptToken[] {
  return existsSync(fileOf(dataDir)) ? JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) : []
}

/** Makes a token of the role; it is given once, the data folder keeps its hash alone. */
export function createToken(dataDir: string, role: Role, name: string): string {
  const token = `pulso_${randomBytes(24).toString('base64url')}`
  makeDataFolder(dataDir)
  const tokens = [...kept(dataDir), { hash: hashOf(token), role, name }]
  writeFileSync(`${fileOf(dataDir)}.new`, JSON.stringify(tokens, null, 2), { mode: 0o600 })
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir))
  return token
}

/** Role and name of a token; null when there is no such token. Reads the folder each time: a new token counts at once. */
export function holderOf(dataDir: string, token: string): Pick<KeptToken, 'role' | 'name'> | null {
  const hash = hashOf(token)
  return kept(dataDir).find((candidate) => candidate.hash === hash) ?? null
}

/** Whether the role may make a request of the method. */
export function allows(role: Role, method: string): boolean {
  return role !== 'viewer' || method === 'GET' || method === 'HEAD'
}
