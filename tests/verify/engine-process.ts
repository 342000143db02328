import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readControlFile } from '../../streams/app/control.js'
import type { Instance } from '../../streams/app/instance.js'
import { runningInstance } from '../../streams/app/running-instance.js'
import { projectPath } from '../../streams/project.js'

/** What an engine says on its log while it works. */
export type LogLine = Readonly<Record<string, unknown>>

/** An engine in a process of its own, as a user starts it. */
export class EngineProcess {
  readonly #child: ChildProcess
  readonly #dataDir: string
  readonly #ended: Promise<number | string>
  readonly #listening: Promise<'listening'>
  readonly #listeners = new Set<(line: LogLine) => void>()
  #errors = ''

  private constructor(child: ChildProcess, dataDir: string) {
    this.#child = child
    this.#dataDir = dataDir
    this.#ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code ?? 0)))
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('the engine has no output to listen to')
    this.#listening = new Promise((resolve) => stdout.once('data', () => resolve('listening')))
    createInterface({ input: stderr }).on('line', (line) => this.#hear(line))
  }

  /** Starts an engine on the folder and waits until it takes requests. */
  static async start(dataDir: string, environment: Readonly<Record<string, string>>): Promise<EngineProcess> {
    const engine = EngineProcess.launch(dataDir, environment)
    if (!(await engine.listens())) throw new Error(`the engine ended before it took requests:\n${engine.errors}`)
    return engine
  }

  /**
   * Starts an engine on the folder.
   * @param script of a program that is laid out as this one
   */
  static launch(
    dataDir: string,
    environment: Readonly<Record<string, string>>,
    script: string = projectPath('bin/pulso.js'),
  ): EngineProcess {
    const child = spawn(process.execPath, ['--enable-source-maps', script, 'start', '--json'], {
      env: {
        ...process.env,
        PULSO_DATA_DIR: dataDir,
        PULSO_HTTP_PORT: '0',
        PULSO_CLICKHOUSE_PORT: '0',
        PULSO_SAMPLES: 'false',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new EngineProcess(child, dataDir)
  }

  /** Waits until it takes requests; false when it ended before. */
  async listens(): Promise<boolean> {
    return (await Promise.race([this.#listening, this.#ended])) === 'listening'
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it wrote to its log that was no line of JSON, and its errors. */
  get errors(): string {
    return this.#errors
  }

  /** Resolves with the status or the signal with which it ended. */
  get ended(): Promise<number | string> {
    return this.#ended
  }

  instance(): Instance {
    const control = readControlFile(this.#dataDir)
    if (control === null) throw new Error(`no engine runs on ${this.#dataDir}:\n${this.#errors}`)
    return runningInstance(control)
  }

  /** Calls back with each line of its log; returns how to stop. */
  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** `kill -9`: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  /** Asks it to end, and gives the status with which it did. */
  async stop(): Promise<number | string> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }

  #hear(text: string): void {
    let line: LogLine
    try {
      line = JSON.parse(text)
    } catch {
      this.#errors += `${text}\n`
      return
    }
    if (Number(line['level']) >= 50) this.#errors += `${text}\n`
    for (const listener of this.#listeners) listener(line)
  }
}

/** Passes on what an engine says of its troubles. */
export function sayTrouble(line: LogLine, say: (what: string) => void): void {
  if (Number(line['level']) >= 50) say(`the engine says: ${JSON.stringify(line).slice(0, 1_000)}`)
}
