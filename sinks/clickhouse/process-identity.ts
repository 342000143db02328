import { readFileSync } from 'node:fs'

/** When a process started, in the kernel's ticks; empty where the system does not say. Tells a reused id apart. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/**
 * Whether a process is there.
 * @param start when it started, to tell it from another that has its number by now; empty where that is not known.
 */
export function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return start === '' || startOf(pid) === start
}
