/** Lets so many pieces of work run at once; the others wait in order. */
export class Gate {
  private free: number
  private readonly waiting = new Set<() => void>()

  constructor(width: number) {
    this.free = width
  }

  /**
   * @param signal ends the wait of work that nobody wants any more; work that runs goes on
   * @throws what the signal was aborted with
   */
  async pass<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted()
    if (this.free > 0) this.free -= 1
    else await this.turn(signal)
    try {
      return await work()
    } finally {
      const [next] = this.waiting
      if (next === undefined) this.free += 1
      else next()
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.delete(enter)
        reject(signal?.reason)
      }
      const enter = () => {
        this.waiting.delete(enter)
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      this.waiting.add(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}
