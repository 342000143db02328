import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** After all tests of a run: ends the shared broker and registry, if they were started, and removes the folder of the run. */
export default function end(): void {
  const run = process.env.TEST_RUN_DIR
  if (run === undefined) return
  for (const pid of [join(run, 'kafka', 'broker.pid'), join(run, 'registry', 'registry.pid')])
    if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
  rmSync(run, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
