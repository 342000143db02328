import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  /** The next line of its output; undefined when it has ended. */
  line(): Promise<string | undefined>
  /** Sends the signal and waits for the end. Gives its exit code; null when the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** Starts a module of this folder as a process. Its errors appear among those of the test. */
export function startChild(module: string, args: readonly string[]): Child {
  const file = fileURLToPath(new URL(module, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    line: async () => {
      const next = await lines.next()
      return next.done === true ? undefined : next.value
    },
    end: async (signal) => {
      child.kill(signal)
      const [code] = await exit
      return code
    },
  }
}
