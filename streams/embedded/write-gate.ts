import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

/** Places in the shared memory: threads that are writing, and whether the process is ending. */
const writing = 0
const ending = 1
const longestWrite = 10_000

const opened = new Map<string, { count: number; readonly onExit: () => void }>()

/**
 * Keeps threads from being stopped in the middle of a write. LMDB's lock would stay with the dead thread, and the
 * process, which waits for its threads before it ends, would never end.
 *
 * When the process ends in whatever way but a signal (`process.exit`, an exception that nobody catches), the main thread
 * closes the gate and waits for the writes under way; who comes to the closed gate stays there until it is stopped.
 * Threads find the gate through the environment data that they inherit: the main thread opens the environment first. A
 * thread that has an environment open is never to be ended by `terminate`.
 */
export class WriteGate {
  readonly #dir: string
  readonly #state: Int32Array

  constructor(dir: string) {
    this.#dir = dir
    const name = `pulso-write-gate:${dir}`
    const inherited = getEnvironmentData(name)
    const shared = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(8)
    setEnvironmentData(name, shared)
    this.#state = new Int32Array(shared)
    if (isMainThread) holdBackExit(dir, this.#state)
  }

  /** Runs the write, unless the process is ending. */
  through<Result>(write: () => Result): Result {
    Atomics.add(this.#state, writing, 1)
    if (Atomics.load(this.#state, ending) === 1 && !isMainThread) this.#stay()
    try {
      return write()
    } finally {
      this.#leave()
    }
  }

  close(): void {
    if (isMainThread) letExit(this.#dir)
  }

  #stay(): never {
    this.#leave()
    for (;;) Atomics.wait(this.#state, ending, 1)
  }

  #leave(): void {
    Atomics.sub(this.#state, writing, 1)
    Atomics.notify(this.#state, writing)
  }
}

function holdBackExit(dir: string, state: Int32Array): void {
  const held = opened.get(dir)
  if (held !== undefined) {
    held.count += 1
    return
  }
  const onExit = () => {
    Atomics.store(state, ending, 1)
    const until = performance.now() + longestWrite
    for (let left = longestWrite; left > 0; left = until - performance.now()) {
      const writers = Atomics.load(state, writing)
      if (writers <= 0) return
      Atomics.wait(state, writing, writers, left)
    }
  }
  opened.set(dir, { count: 1, onExit })
  process.on('exit', onExit)
}

function letExit(dir: string): void {
  const held = opened.get(dir)
  if (held === undefined) return
  held.count -= 1
  if (held.count > 0) return
  opened.delete(dir)
  process.off('exit', held.onExit)
}
