import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServerStore, type ServerStore, type ServerStoreOptions } from '../../sinks/clickhouse/server-store.js'
import { type Child, startChild } from './child.js'

export const rightPassword = 'secret'

/**
 * A ClickHouse of another process, that is our own interface in its writable mode. It keeps its folder and its port
 * when it is killed and started again.
 */
export class ClickHouseServer {
  readonly #dir = mkdtempSync(join(tmpdir(), 'pulso-clickhouse-'))
  #child: Child | null = null
  #url = ''

  static async start(): Promise<ClickHouseServer> {
    const server = new ClickHouseServer()
    await server.start()
    return server
  }

  get url(): string {
    return this.#url
  }

  /** Starts it again, where it was before. */
  async start({ password = rightPassword, reading = false } = {}): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port
    const child = startChild('./clickhouse-process.js', [this.#dir, port, password, reading ? 'reading' : 'writing'])
    this.#child = child
    const url = await child.line()
    if (url === undefined) throw new Error('the ClickHouse of the test did not start')
    this.#url = url
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL')
    this.#child = null
  }

  async stop(): Promise<void> {
    await this.#child?.end('SIGTERM')
    this.#child = null
  }

  /** A client of it. */
  open(options: Partial<ServerStoreOptions> = {}): ServerStore {
    return openServerStore({ url: this.#url, user: 'default', password: rightPassword, ...options })
  }

  /** Runs a statement that may do anything. @throws Error with what the server answers */
  async execute(statement: string): Promise<string> {
    const response = await fetch(this.#url, {
      method: 'POST',
      body: statement,
      headers: { 'x-clickhouse-user': 'default', 'x-clickhouse-key': rightPassword },
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.#dir, { recursive: true })
  }
}
