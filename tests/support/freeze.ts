import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/**
 * Stops a process until SIGCONT. Resolves when none of its threads runs any more: the signal is sent and obeyed at
 * different times, and what is asked in between may still be answered.
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  while (!stateOf(pid).every((state) => state === 'T')) await new Promise((resolve) => setImmediate(resolve))
}

/** A letter for each thread, where the system tells, or for the process: T is stopped. */
function stateOf(pid: number): readonly string[] {
  const threads = `/proc/${pid}/task`
  if (!existsSync(threads))
    return [execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })[0] ?? '']
  return readdirSync(threads).map((thread) => {
    const stat = readFileSync(`${threads}/${thread}/stat`, 'utf8')
    // the name before it stands in parentheses, and may have any characters
    return stat.charAt(stat.lastIndexOf(')') + 2)
  })
}
