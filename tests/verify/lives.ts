import type { Instance } from '../../streams/app/instance.js'
import { EngineProcess, type LogLine } from './engine-process.js'

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
export class Lives {
  readonly #dataDir: string
  readonly #environment: (life: number) => Readonly<Record<string, string>>
  readonly #listeners: ((line: LogLine) => void)[] = []
  #begun = 0
  #life: Life
  #fail: (error: Error) => void = () => {}
  /** Rejects when an engine ends that nobody killed. */
  readonly failed: Promise<never>

  /**
   * Starts the first engine.
   * @param environment settings of an engine, the first of which is 0
   */
  constructor(dataDir: string, environment: (life: number) => Readonly<Record<string, string>>) {
    this.#dataDir = dataDir
    this.#environment = environment
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => {})
    this.#life = this.#begin()
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
  async killAndRestart(): Promise<void> {
    const life = this.#life
    life.killed = true
    await life.engine.kill()
    this.#life = this.#begin()
    life.end()
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

  async #alive(): Promise<readonly [Life, Instance]> {
    for (;;) {
      const life = this.#life
      const instance = await Promise.race([life.listening, this.failed])
      if (instance !== null && !life.killed) return [life, instance]
      await Promise.race([life.over, this.failed])
    }
  }

  #begin(): Life {
    const engine = EngineProcess.launch(this.#dataDir, this.#environment(this.#begun++))
    for (const listener of this.#listeners) engine.onLine(listener)
    let end: () => void = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    const listening = engine.listens().then((listens) => (listens ? engine.instance() : null))
    const life: Life = { engine, listening, over, end, killed: false }
    listening.catch((error: Error) => this.#fail(error))
    void engine.ended.then((status) => {
      if (!life.killed) this.#fail(new Error(`an engine ended with ${status} and was not killed:\n${engine.errors}`))
    })
    return life
  }
}
