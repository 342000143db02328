import type { MessagePort } from 'node:worker_threads'
import type { AnalyticsStore, Block, ColumnBlock, QueryOptions } from '../../streams/engine/ports/analytics.js'
import { AnalyticsError } from './error.js'

/** What the asking thread sends. */
type Call =
  | { readonly method: 'migrate'; readonly args: readonly [] }
  | { readonly method: 'erase'; readonly args: readonly [postIds: readonly string[]] }
  | { readonly method: 'write'; readonly args: readonly [block: Block | ColumnBlock] }
  | { readonly method: 'query'; readonly args: readonly [sql: string, options: QueryOptions | undefined] }
  | {
      readonly method: 'queryRaw'
      readonly args: readonly [sql: string, format: string, options: QueryOptions | undefined]
    }
type Request = Call & { readonly id: number }

interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: number | string
  readonly type?: string
  readonly stack?: string
}

/** What the owning thread answers. */
type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failure: Failure }

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const { code, type } = error as { code?: number | string; type?: string }
  return { name, message, ...(stack && { stack }), ...(code !== undefined && { code }), ...(type && { type }) }
}

function errorOf({ name, message, code, type, stack }: Failure): Error {
  if (name === 'AnalyticsError') return new AnalyticsError(message, Number(code ?? 0), type ?? '')
  const error =
    name === 'TypeError' ? new TypeError(message) : name === 'RangeError' ? new RangeError(message) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return Object.assign(error, { name }, code === undefined ? {} : { code })
}

/**
 * Answers the calls of a `remoteStore` at the other end of the port. The store stays the caller's: closing either end
 * of the port does not close it.
 */
export function serveStore(store: AnalyticsStore, port: MessagePort): void {
  const call = (request: Request): Promise<unknown> => {
    switch (request.method) {
      case 'migrate':
        return store.migrate()
      case 'erase':
        return store.erase(...request.args)
      case 'write':
        return store.write(...request.args)
      case 'query':
        return store.query(...request.args)
      case 'queryRaw':
        return store.queryRaw(...request.args)
    }
  }
  port.on('message', async (request: Request) => {
    let answer: Answer
    try {
      answer = { id: request.id, value: await call(request) }
    } catch (error) {
      answer = { id: request.id, failure: failureOf(error) }
    }
    port.postMessage(answer)
  })
}

/**
 * The store that `serveStore` serves at the other end, usually in another thread. Errors keep name, message, code and
 * type. Closing it closes the port, not the store; calls without an answer then reject.
 */
export function remoteStore(port: MessagePort): AnalyticsStore {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calls = 0
  let gone = false
  port.on('message', (answer: Answer) => {
    const caller = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('failure' in answer) caller?.reject(errorOf(answer.failure))
    else caller?.resolve(answer.value)
    if (waiting.size === 0) port.unref()
  })
  const lost = () =>
    new AnalyticsError('the analytics store is closed: its thread ended, or this side closed it', 0, '')
  port.on('close', () => {
    gone = true
    for (const { reject } of waiting.values()) reject(lost())
    waiting.clear()
  })
  port.unref()

  const call = <Result>(request: Call): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(lost())
      const id = calls++
      port.ref()
      waiting.set(id, { resolve: (value) => resolve(value as Result), reject })
      port.postMessage({ id, ...request } satisfies Request)
    })

  return {
    migrate: () => call({ method: 'migrate', args: [] }),
    erase: (postIds) => call({ method: 'erase', args: [postIds] }),
    write: (block) => call({ method: 'write', args: [block] }),
    query: (sql, options) => call({ method: 'query', args: [sql, options] }),
    queryRaw: (sql, format, options) => call({ method: 'queryRaw', args: [sql, format, options] }),
    close: async () => {
      gone = true
      port.close()
    },
  }
}
