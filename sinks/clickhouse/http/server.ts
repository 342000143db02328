import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChdbExecutor } from '../chdb.js'
import { AnalyticsError, analyticsError } from '../error.js'
import type { Executed, ExecuteOptions } from '../executor.js'
import { encodeParams } from '../literal.js'
import { authenticate } from './authenticate.js'
import { forRevision } from './blocks/native.js'
import { isFromForeignPage, isLoopbackAddress } from './callers.js'
import { readReadersStatement, readStatement, type Statement } from './guard.js'
import { cutInsert, splitInsert } from './insert.js'
import { type HttpQuery, readQuery } from './request.js'
import { type Answer, contentTypeOf, failure, send } from './respond.js'
import { defaultLimits, type QueryLimits, readerSettings, writerSettings } from './settings.js'

export interface ClickHouseHttpOptions {
  readonly executor: ChdbExecutor
  /** Address to listen on; loopback unless given. */
  readonly host?: string
  /** Port; 0 takes a free one. */
  readonly port: number
  /** `default` unless given. */
  readonly user?: string
  /** Empty unless given: then nobody is asked for one. */
  readonly password?: string
  /**
   * Takes any statement, as a ClickHouse server of one's own: whoever may ask may then do with the machine's files
   * what this process may. For tests.
   */
  readonly writable?: boolean
  readonly limits?: Partial<QueryLimits>
}

export interface ClickHouseHttp {
  /** Where it listens, as in `http://127.0.0.1:8123`. */
  readonly url: string
  readonly port: number
  /** Stops listening, finishes what runs. */
  close(): Promise<void>
}

const loopback = '127.0.0.1'
const readerBody = 1024 * 1024
const writerBody = 512 * 1024 * 1024
/** Statements under way at most; those above are refused, as a server refuses them. */
const mostStatements = 64
/** Characters of the name of a statement that its answer repeats. */
const longestName = 1_024

/** A text as the header of an answer can carry it: its bytes in UTF-8, but for control characters. */
const inHeader = (text: string): string =>
  Buffer.from(text.replace(/\p{Cc}/gu, ' ').slice(0, longestName)).toString('latin1')

const textPlain = { 'Content-Type': 'text/plain; charset=UTF-8' }
const plain = (status: number, text: string): Answer => ({ status, headers: textPlain, body: Buffer.from(text) })

class Interface {
  private readonly limits: QueryLimits
  private running = 0
  /** Names of the statements under way: a client that does not know what became of one asks again under its name. */
  private readonly named = new Set<string>()
  /** Open to whoever is on this machine: pages that its browsers show are not. */
  private readonly forThisMachine: boolean

  constructor(private readonly options: ClickHouseHttpOptions) {
    const { host = loopback, password = '' } = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.forThisMachine = password === '' && isLoopbackAddress(host)
  }

  /** @param gone ends the wait of a statement whose client has left */
  async answer(request: IncomingMessage, address: URL, gone: AbortSignal): Promise<Answer> {
    const { pathname } = address
    if (this.forThisMachine && isFromForeignPage(request.headers))
      return plain(421, 'This server does not answer under that name: ask it as localhost, or set a password.\n')
    if (pathname === '/ping' || pathname === '/replicas_status') return plain(200, 'Ok.\n')
    if (pathname !== '/')
      return plain(
        404,
        `There is no handle ${pathname}\n\nUse / or /ping for health checks.\nOr /replicas_status for more sophisticated health checks.\n\nSend queries from your program with POST method or GET /?query=...\n`,
      )
    if (request.method !== 'POST' && !address.searchParams.has('query')) return plain(200, 'Ok.\n')
    const id = address.searchParams.get('query_id') ?? randomUUID()
    const headers: OutgoingHttpHeaders = {
      'X-ClickHouse-Server-Display-Name': 'pulso',
      'X-ClickHouse-Query-Id': inHeader(id),
      'X-ClickHouse-Timezone': 'UTC',
      'Cache-Control': 'no-store',
    }
    if (this.named.has(id)) {
      const text = `Query with id = ${id} is already running`
      return failure(new AnalyticsError(text, 216, 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING'), headers)
    }
    this.named.add(id)
    this.running += 1
    try {
      return await this.run(request, address, headers, gone)
    } catch (error) {
      return failure(analyticsError(error), headers)
    } finally {
      this.running -= 1
      this.named.delete(id)
    }
  }

  private async run(
    request: IncomingMessage,
    address: URL,
    headers: OutgoingHttpHeaders,
    gone: AbortSignal,
  ): Promise<Answer> {
    const { user = 'default', password = '', writable = false } = this.options
    authenticate(request, address, { user, password })
    if (this.running > mostStatements)
      throw new AnalyticsError(
        `Too many simultaneous queries. Maximum: ${mostStatements}`,
        202,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
      )
    const query = await readQuery(request, address, {
      limit: writable ? writerBody : readerBody,
      decompress: writable ? (data, method) => this.options.executor.decompress(data, method) : undefined,
    })
    const mayWrite =
      writable && request.method === 'POST' && !('readonly' in query.settings && query.settings.readonly !== '0')
    const { statement, result } = mayWrite ? await this.write(query) : await this.read(query, gone)
    const format = statement.format ?? query.format
    const body = format === 'Native' && query.revision > 0 ? forRevision(result.bytes, query.revision) : result.bytes
    const summary = {
      result_rows: String(result.rows),
      result_bytes: String(result.bytes.length),
      elapsed_ns: String(Math.round(result.elapsed * 1e9)),
    }
    return {
      status: 200,
      headers: {
        ...headers,
        'Content-Type': contentTypeOf(format),
        'X-ClickHouse-Format': format,
        'X-ClickHouse-Summary': JSON.stringify(summary),
      },
      body,
      ofStatement: true,
    }
  }

  /** A reader's statement runs as the engine formatted it: what was checked is what runs. */
  private async read(query: HttpQuery, signal: AbortSignal): Promise<{ statement: Statement; result: Executed }> {
    const formatted = await this.format(query.statement.toString('utf8'))
    const statement = readReadersStatement(formatted, query.params)
    const settings = readerSettings(query.settings, this.limits)
    const options = { ...this.optionsOf(query), settings, signal, readonly: 1 } as const
    const result = await this.options.executor.execute(formatted, options)
    return { statement, result }
  }

  private async write(query: HttpQuery): Promise<{ statement: Statement; result: Executed }> {
    const { executor } = this.options
    const options = {
      ...this.optionsOf(query),
      settings: writerSettings(query.settings),
    }
    const insert = cutInsert(query.statement)
    if (insert !== undefined) {
      const formatted = await this.format(insert.statement)
      const statement = readStatement(formatted)
      const { before, after } = splitInsert(formatted)
      return { statement, result: await executor.insertData(before, after, insert.data, options) }
    }
    const sql = query.statement.toString('utf8')
    const statement = readStatement(await this.format(sql))
    return { statement, result: await executor.execute(sql, options) }
  }

  private optionsOf(query: HttpQuery): ExecuteOptions {
    return {
      format: query.format,
      params: query.params,
      // A reader finds the tables without naming their database; a writer is as on a server of one's own.
      database: query.database ?? (this.options.writable === true ? 'default' : 'pulso'),
    }
  }

  /** The statement as the engine formats it. Refuses what is none, and more than one. */
  private async format(sql: string): Promise<string> {
    try {
      const { bytes } = await this.options.executor.execute('SELECT formatQuerySingleLine({sql:String})', {
        format: 'RawBLOB',
        params: encodeParams({ sql }),
      })
      return Buffer.from(bytes).toString('utf8')
    } catch (error) {
      const { message, code, type } = analyticsError(error)
      throw new AnalyticsError(message.replace(/:? In scope SELECT formatQuerySingleLine[\s\S]*$/, ''), code, type)
    }
  }
}

/**
 * Serves the embedded store as a ClickHouse server's HTTP interface does: https://clickhouse.com/docs/interfaces/http.
 * Read-only unless `writable`.
 * @throws Error of `node:net` when it cannot listen: `EADDRINUSE` where the port is taken.
 */
export async function clickhouseHttp(options: ClickHouseHttpOptions): Promise<ClickHouseHttp> {
  const { host = loopback, port } = options
  const http = new Interface(options)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const address = new URL(request.url ?? '/', 'http://clickhouse')
    const client = new AbortController()
    response.once('close', () => client.abort(new Error('the client closed its connection')))
    await send(request, response, address, await http.answer(request, address, client.signal))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(analyticsError(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
