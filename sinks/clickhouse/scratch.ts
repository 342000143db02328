import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, startOf } from './process-identity.js'

const prefix = 'pulso-blocks'
const named = /^pulso-blocks-(\d+)-(\d*)-/

/** Removes what processes that were killed have left. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const match = named.exec(name)
    if (match !== null && !isAlive(Number(match[1]), match[2] ?? ''))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/**
 * Makes the folder where blocks stand for the moment between their encoding and their insert: in memory where the
 * system has such a place.
 */
export function scratchFolder(): string {
  for (const parent of ['/dev/shm', tmpdir()]) {
    try {
      removeLeftovers(parent)
      return mkdtempSync(join(parent, `${prefix}-${process.pid}-${startOf(process.pid)}-`))
    } catch {
      // Not there, or not ours to write: the next one.
    }
  }
  throw new Error(`neither /dev/shm nor ${tmpdir()} can be written: blocks on their way into the store have no place`)
}
