import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel says of a process after its name; empty where the system does not say, or there is none. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** When a process started, in the kernel's ticks; empty where the system does not say. Tells a reused id apart. */
export const startOf = (pid: number): string => statOf(pid)[19] ?? ''

/**
 * Whether a process was killed and its parent has not asked about it yet, as init of many containers never does: it
 * has its number still, and no thread, file or memory. One whose first thread alone has ended is not counted here.
 */
function isLeftover(pid: number): boolean {
  try {
    return statOf(pid)[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length === 1
  } catch {
    return false
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
  return (start === '' || startOf(pid) === start) && !isLeftover(pid)
}
