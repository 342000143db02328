/** A part of an instance, and how it is ended. */
export interface Part {
  readonly name: string
  end(): Promise<void> | void
}

/** Ends the parts of an instance one after the other, and knows which one it waits for. */
export class Stopping {
  #waitsFor = ''

  /** Name of the part that is being ended; empty before the first and after the last. */
  get waitsFor(): string {
    return this.#waitsFor
  }

  async end(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      this.#waitsFor = part.name
      await part.end()
    }
    this.#waitsFor = ''
  }
}

/** Whether it settles within so many milliseconds. @throws what it rejects with, when it does so in time */
export async function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
