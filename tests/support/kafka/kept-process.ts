import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

interface Kept {
  /** Where it runs. Its output goes to `<name>.log` there, its process id to `<name>.pid`. */
  readonly dir: string
  readonly name: string
  /** Id of the process that it must not outlive. */
  readonly owner: number
}

/** A process that ends when whoever asked for it is gone, however that came. */
export class KeptProcess {
  readonly #kept: Kept
  #keeper: ChildProcess | undefined
  #pid: number | undefined

  constructor(kept: Kept) {
    this.#kept = kept
  }

  get pid(): number {
    if (this.#pid === undefined) throw new Error(`the ${this.#kept.name} is not running`)
    return this.#pid
  }

  get log(): string {
    return join(this.#kept.dir, `${this.#kept.name}.log`)
  }

  /**
   * Runs the command, and waits until it answers.
   * @param answers rejects while it does not
   * @param timeout in milliseconds
   */
  async start(command: readonly string[], answers: () => Promise<unknown>, timeout: number): Promise<void> {
    const { dir, name, owner } = this.#kept
    const log = openSync(this.log, 'a')
    const pidFile = join(dir, `${name}.pid`)
    rmSync(pidFile, { force: true })
    const keeper = spawn(
      'sh',
      [
        '-c',
        'owner=$1 pid=$2; shift 2; "$@" & child=$!; echo $child > "$pid.new"; mv "$pid.new" "$pid"; ' +
          'while kill -0 $owner 2>/dev/null && kill -0 $child 2>/dev/null; do sleep 1; done; ' +
          'kill -9 $child 2>/dev/null; wait $child',
        ...['sh', String(owner), pidFile, ...command],
      ],
      { cwd: dir, detached: true, stdio: ['ignore', log, log] },
    )
    keeper.unref()
    this.#keeper = keeper
    for (const until = Date.now() + timeout; ; ) {
      try {
        await answers()
        break
      } catch (error) {
        if (keeper.exitCode !== null || Date.now() > until)
          throw new Error(`the ${name} did not start: see ${this.log}`, { cause: error })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
    if (!existsSync(pidFile)) throw new Error(`the ${name} told no process id`)
    this.#pid = Number(readFileSync(pidFile, 'utf8'))
  }

  /** Ends the process and waits for it. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const keeper = this.#keeper
    if (keeper === undefined || this.#pid === undefined) return
    keeper.ref()
    const ended = keeper.exitCode === null ? once(keeper, 'exit') : undefined
    process.kill(this.#pid, signal)
    this.#pid = undefined
    this.#keeper = undefined
    await ended
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a port was expected')
  return address.port
}
