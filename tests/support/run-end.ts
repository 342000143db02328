import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** After all tests of a run: ends the shared brokers and registry, if they were started, and removes the folder of the run. */
export default function end(): void {
  const run = process.env.TEST_RUN_DIR
  if (run === undefined) return
  const kept = ['kafka/broker.pid', 'kafka-3/broker.pid', 'registry/registry.pid'].map((name) => join(run, name))
  for (const pid of kept) if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
  rmSync(run, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
