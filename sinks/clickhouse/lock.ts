import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** When a process started, in the kernel's ticks; empty where the system does not say. Tells a reused id apart. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return start === '' || startOf(pid) === start
}

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
