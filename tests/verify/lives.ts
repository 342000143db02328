import type { Instance } from '../../streams/app/instance.js'
import { EngineProcess, type LogLine, sayTrouble } from './engine-process.js'
import type { Asked } from './feeder.js'

/** One engine, from its start to its end. */
interface Life {
  readonly engine: EngineProcess
  /** Resolves when it takes requests; with null when it ended before. */
  readonly listening: Promise<Instance | null>
  /** Resolves when the next engine was started. */
  readonly over: Promise<void>
  readonly end: () => void
  killed: boolean
}

/** An engine that is killed and started again on the same folder; whoever works with it goes on with the next one. */
export class Lives implements Asked {
  readonly #dataDir: string
  readonly #environment: (life: number) => Readonly<Record<string, string>>
  readonly #script: (life: number) => string | null
  readonly #listeners: ((line: LogLine) => void)[] = []
  #begun = 0
  #life: Life
  #fail: (error: Error) => void = () => {}
  /** Rejects when an engine ends that nobody killed. */
  readonly failed: Promise<never>

  /**
   * Starts the first engine.
   * @param environment settings of an engine, the first of which is 0
   * @param say told of what the engines say of their troubles
   * @param script the program of an engine; null: this one
   */
  constructor(
    dataDir: string,
    environment: (life: number) => Readonly<Record<string, string>>,
    say: (what: string) => void,
    script: (life: number) => string | null = () => null,
  ) {
    this.#dataDir = dataDir
    this.#environment = environment
    this.#script = script
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => {})
    this.#life = this.#begin()
    this.onLine((line) => sayTrouble(line, say))
  }

  /** Calls back with each line of the logs of this engine and all that follow. */
  onLine(listener: (line: LogLine) => void): void {
    this.#listeners.push(listener)
    this.#life.engine.onLine(listener)
  }

  /** Resolves when the engine that lives now takes requests. */
  async listening(): Promise<void> {
    await this.#alive()
  }

  /** `kill -9` at this moment, and the next engine at once. */
  killAndRestart(): Promise<void> {
    return this.#restart((engine) => engine.kill())
  }

  /** `kill -9` at this moment, and no other engine. */
  async kill(): Promise<void> {
    this.#life.killed = true
    await this.#life.engine.kill()
  }

  /** Lets the engine finish, and starts the next one. @throws Error when it did not end well */
  stopAndRestart(): Promise<void> {
    return this.#restart(finish)
  }

  /** Stops the engine in the midst of whatever it does, and lets it go on after so many milliseconds. */
  async freeze(milliseconds: number): Promise<void> {
    const { engine } = this.#life
    engine.signal('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    engine.signal('SIGCONT')
  }

  /** Lets the engine finish; gives its exit status. */
  async stop(): Promise<number | string> {
    this.#life.killed = true
    return this.#life.engine.stop()
  }

  /**
   * Asks the engine that lives. When it is killed meanwhile, the next one is asked.
   * @param lost told before the question is put again: the answer was lost, and maybe not only the answer
   * @throws what an engine that was not killed answers
   */
  async ask<Answer>(
    question: (instance: Instance) => Promise<Answer>,
    lost: (next: Instance) => Promise<void> = async () => {},
  ): Promise<Answer> {
    for (let first = true; ; first = false) {
      const [life, instance] = await this.#alive()
      try {
        if (!first) await lost(instance)
        return await question(instance)
      } catch (error) {
        if (!life.killed) throw error
        await life.over
      }
    }
  }

  async #restart(end: (engine: EngineProcess) => Promise<void>): Promise<void> {
    const life = this.#life
    life.killed = true
    await end(life.engine)
    this.#life = this.#begin()
    life.end()
  }

  async #alive(): Promise<readonly [Life, Instance]> {
    for (;;) {
      const life = this.#life
      const instance = await Promise.race([life.listening, this.failed])
      if (instance !== null && !life.killed) return [life, instance]
      await Promise.race([life.over, this.failed])
    }
  }

  #begin(): Life {
    const life = this.#begun++
    const engine = EngineProcess.launch(this.#dataDir, this.#environment(life), this.#script(life) ?? undefined)
    for (const listener of this.#listeners) engine.onLine(listener)
    let end: () => void = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    const listening = engine.listens().then((listens) => (listens ? engine.instance() : null))
    const begun: Life = { engine, listening, over, end, killed: false }
    listening.catch((error: Error) => this.#fail(error))
    void engine.ended.then((status) => {
      if (!begun.killed) this.#fail(new Error(`an engine ended with ${status} and was not killed:\n${engine.errors}`))
    })
    return begun
  }
}

async function finish(engine: EngineProcess): Promise<void> {
  const status = await engine.stop()
  if (status !== 0) throw new Error(`an engine that was asked to end did so with ${status}:\n${engine.errors}`)
}
