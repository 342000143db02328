import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DamagedEnvironment } from './errors.js'
import { presentBootId, readMeta } from './meta-page.js'
import { verifyEnvironment } from './verification.js'

const dataPath = (dir: string) => join(dir, 'data.mdb')
const flushedPath = (dir: string) => join(dir, 'FLUSHED')

/**
 * Looks at an environment before LMDB maps it: LMDB trusts its file, and a map that is longer than its file kills the
 * process at the first look beyond the end. Changes nothing.
 *
 * All of it is read, in another process, when there is a reason: the file is shorter than its pages (which is right when
 * the last ones are free, and only then), or the operating system went down before the last writes were flushed.
 * @param expected whether the environment is known to hold something
 * @throws DamagedEnvironment when the file is missing, empty, garbage, cut off, or cannot be read in full
 */
export function inspectEnvironment(dir: string, expected: boolean): void {
  const path = dataPath(dir)
  if (!expected && (!existsSync(path) || statSync(path).size === 0)) return
  if (!existsSync(path)) throw damaged(path, 'is missing')
  const meta = readMeta(path)
  if (typeof meta === 'string') throw damaged(path, meta)
  const short = meta.size < meta.pages * meta.pageSize
  const rebooted = meta.bootId !== presentBootId() && flushedTransaction(dir) !== meta.transaction
  if (!short && !rebooted) return
  const wrong = verifyEnvironment(dir)
  if (wrong === undefined) return
  throw damaged(path, short ? `was cut off at ${meta.size} bytes (${wrong})` : `was damaged by a power cut (${wrong})`)
}

/** The transaction that a flush which begins now will bring to disk. */
export function committedTransaction(dir: string): bigint {
  const meta = readMeta(dataPath(dir))
  return typeof meta === 'string' ? 0n : meta.transaction
}

/** Remembers that everything up to the transaction is on disk. */
export function writeFlushed(dir: string, transaction: bigint): void {
  replaceFile(flushedPath(dir), `${transaction}\n`)
}

/** Writes a small file so that whoever reads it sees all of it or what was there before. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

function flushedTransaction(dir: string): bigint | undefined {
  try {
    return BigInt(readFileSync(flushedPath(dir), 'utf8').trim())
  } catch {
    return undefined
  }
}

const damaged = (path: string, what: string) =>
  new DamagedEnvironment(
    `${path} ${what}: it was left as it is; restore the folder from a backup, or move it away and replay the sources`,
  )
