import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startOf } from './process-identity.js'

function take(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, `${process.pid} ${startOf(process.pid)}\n`)
    closeSync(handle)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Takes a data directory for this process: chDB itself would let two processes destroy each other's files. A lock
 * whose process is gone is taken over.
 * @returns how to give it back.
 * @throws Error naming the process that holds it.
 */
export function lockDirectory(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'pulso.lock')
  while (!take(file)) {
    const [pid = '', start = ''] = readFileSync(file, 'utf8').trim().split(' ')
    if (pid !== '' && isAlive(Number(pid), start)) {
      throw new Error(
        `the analytics store in ${dir} is in use by process ${pid}: one process owns it at a time; ` +
          'stop that process, or ask it through its HTTP interface',
      )
    }
    unlinkSync(file)
  }
  return () => unlinkSync(file)
}
