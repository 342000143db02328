import { Packr } from 'msgpackr'
import type { ControlFile } from './control.js'
import type { Instance } from './instance.js'

/** Methods of an instance that go over the wire, each as `POST /api/v1/control/<method>`. */
export const controlMethods = [
  'topics',
  'positions',
  'fetch',
  'show',
  'append',
  'lag',
  'query',
  'pseudonym',
  'score',
] as const
export type ControlMethod = (typeof controlMethods)[number]

/** MessagePack carries the bytes of keys and values as they are. */
export const controlCodec = new Packr({ useRecords: false })

type Call = <Method extends ControlMethod>(
  method: Method,
  ...args: Parameters<Instance[Method]>
) => ReturnType<Instance[Method]>

/**
 * An instance that runs elsewhere, asked through its interface.
 * @throws Error with the message that the engine gave, or saying that it does not answer
 */
export function runningInstance({ url, token, pid }: ControlFile): Instance {
  const call = (async (method: ControlMethod, ...args: unknown[]) => {
    const response = await fetch(`${url}/api/v1/control/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/msgpack' },
      body: new Uint8Array(controlCodec.pack(args)),
    }).catch((error: Error) => {
      throw new Error(`the engine (process ${pid}) does not answer at ${url}: ${error.message}`)
    })
    const body = Buffer.from(await response.arrayBuffer())
    if (!response.ok) throw new Error(messageOf(body, response.status))
    return body.length === 0 ? undefined : controlCodec.unpack(body)
  }) as Call
  return {
    kind: 'running',
    topics: () => call('topics'),
    positions: (topic) => call('positions', topic),
    fetch: (from, limit) => call('fetch', from, limit),
    show: (topic, from, records) => call('show', topic, from, records),
    append: (records) => call('append', records),
    lag: () => call('lag'),
    query: (sql, format, params) => call('query', sql, format, params),
    pseudonym: (author) => call('pseudonym', author),
    score: (texts) => call('score', texts),
    close: async () => {},
  }
}

function messageOf(body: Buffer, status: number): string {
  try {
    const problem: unknown = JSON.parse(body.toString('utf8'))
    if (typeof problem === 'object' && problem !== null && 'detail' in problem) return String(problem.detail)
  } catch {
    // not JSON: the status says what there is to say
  }
  return `the engine answered ${status}: ${body.toString('utf8').slice(0, 500)}`
}
