import { join } from 'node:path'
import { registryFolder } from './artefacts.js'
import { freePort, KeptProcess } from './kept-process.js'

const startTimeout = 120_000

/** A real Confluent-compatible schema registry (Apicurio); started anew in the same folder it has what it had. */
export class RegistryProcess {
  readonly #dir: string
  readonly #port: number
  readonly #process: KeptProcess

  private constructor(dir: string, port: number, owner: number) {
    this.#dir = dir
    this.#port = port
    this.#process = new KeptProcess({ dir, name: 'registry', owner })
  }

  /**
   * @param dir an empty folder, for its data
   * @param owner id of the process that the registry must not outlive
   */
  static async start(dir: string, owner = process.pid): Promise<RegistryProcess> {
    const registry = new RegistryProcess(dir, await freePort(), owner)
    await registry.resume()
    return registry
  }

  /** Its address without the path of an API. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Of the API that Confluent's registry has. */
  get url(): string {
    return `${this.origin}/apis/ccompat/v7`
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Starts the process, and waits until it answers. */
  resume(): Promise<void> {
    return this.#process.start(this.#command, () => this.#answers(), startTimeout)
  }

  /** Ends the process and waits for it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#process.stop(signal)
  }

  get #command(): readonly string[] {
    // By itself it keeps everything in memory; each change is in the file when it is acknowledged.
    const database = `jdbc:h2:file:${join(this.#dir, 'schemas')};WRITE_DELAY=0;FILE_LOCK=NO`
    return [
      ...['java', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${this.#port}`],
      ...[`-Dquarkus.datasource.jdbc.url=${database}`, '-Dquarkus.log.level=WARN'],
      ...['-Dquarkus.datasource.jdbc.min-size=1', '-Dquarkus.datasource.jdbc.initial-size=1'],
      ...['-jar', join(registryFolder(), 'apicurio-registry-app-2.6.13.Final-runner.jar')],
    ]
  }

  async #answers(): Promise<void> {
    const { ok, status } = await fetch(`${this.url}/subjects`)
    if (!ok) throw new Error(`the registry answers ${status}`)
  }
}
