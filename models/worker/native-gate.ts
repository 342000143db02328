/** The thread runs JavaScript, runs native code, or has been told that it will be ended. */
const javascript = 0
const native = 1
const doomed = 2

/**
 * Lets a thread be ended only outside native code: a thread that is terminated inside onnxruntime's binding takes the
 * whole process with it (the binding throws where nothing can catch). Shared between a worker and its owner.
 */
export class NativeGate {
  readonly #state: Int32Array<SharedArrayBuffer>

  constructor(readonly shared = new SharedArrayBuffer(4)) {
    this.#state = new Int32Array(shared)
  }

  /** Worker: runs the call unless the owner is ending the thread, in which case it never resolves. */
  async pass<Result>(call: () => Promise<Result>): Promise<Result> {
    if (Atomics.compareExchange(this.#state, 0, javascript, native) === doomed) return new Promise(() => undefined)
    try {
      return await call()
    } finally {
      Atomics.store(this.#state, 0, javascript)
    }
  }

  /** Owner: true when the thread is outside native code, and will stay outside: it may be terminated. */
  doom(): boolean {
    return Atomics.compareExchange(this.#state, 0, javascript, doomed) === javascript
  }
}
