import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const reader = fileURLToPath(new URL('./verification-process.js', import.meta.url))

/**
 * Reads all of an environment in a process of its own, since LMDB may die of what it finds in a damaged one. Takes about
 * a second for each gigabyte, and blocks for that long.
 * @returns what is wrong with it; undefined when all of it can be read
 */
export function verifyEnvironment(dir: string): string | undefined {
  const { status, signal, stdout, error } = spawnSync(process.execPath, [reader, dir], { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`${dir} could not be verified: ${error.message}`, { cause: error })
  if (status === 0) return undefined
  return stdout.trim() || `reading it ended with ${signal ?? `exit code ${status}`}`
}
