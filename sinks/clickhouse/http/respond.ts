import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import { type AnalyticsError, exceptionText } from '../error.js'
import { compressBlocks } from './blocks/compressed.js'
import { headerOf, isOn } from './request.js'

const contentTypes: readonly (readonly [RegExp, string])[] = [
  [/^(TabSeparated|TSV)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^CSVWithNames/, 'text/csv; charset=UTF-8; header=present'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^JSON(Compact)?(Strings)?EachRow|^NDJSON|^JSONLines/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|Protobuf|RawBLOB)/, 'application/octet-stream'],
  [/^XML/, 'application/xml; charset=UTF-8'],
  [/^Markdown/, 'text/markdown; charset=UTF-8'],
]

export const contentTypeOf = (format: string): string =>
  contentTypes.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8'

/** Statuses as ClickHouse gives them for its errors; 500 for the others. */
const statuses: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [400, [6, 26, 27, 36, 38, 41, 42, 43, 53, 62, 69, 70, 72, 117, 131, 190, 349, 456, 457]],
  [401, [194]],
  [403, [516, 497]],
  [404, [46, 47, 50, 56, 60, 73, 78, 81, 115, 511]],
  [408, [159]],
  [413, [307]],
  [501, [48]],
  [503, [202, 209, 439]],
]

export const statusOf = (error: AnalyticsError): number =>
  statuses.find(([, codes]) => codes.includes(error.code))?.[0] ?? 500

const encoders: Readonly<Record<string, (data: Uint8Array) => Promise<Buffer>>> = {
  gzip: (data) => promisify(gzip)(data, { level: 3 }),
  deflate: (data) => promisify(deflate)(data, { level: 3 }),
  br: (data) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
}

/** The encoding that the client takes, where it asked for compression at all (`enable_http_compression=1`). */
function encodingFor(request: IncomingMessage, address: URL): string | undefined {
  if (!isOn(address, 'enable_http_compression')) return undefined
  const accepted = (headerOf(request, 'accept-encoding') ?? '')
    .split(',')
    .map((part) => part.trim().split(';'))
    .filter(([, weight]) => !/^\s*q=0(\.0*)?$/.test(weight ?? ''))
    .map(([name]) => name)
  return Object.keys(encoders).find((encoding) => accepted.includes(encoding))
}

export interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array
  /** Whether it is what a statement brought about, be it an error: that alone is compressed in blocks. */
  readonly ofStatement?: boolean
}

/** Sends an answer, compressed where the client asked for it: in blocks of ClickHouse's own, and as HTTP has it. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  address: URL,
  answer: Answer,
): Promise<void> {
  const encoding = encodingFor(request, address)
  const encode = encoding === undefined ? undefined : encoders[encoding]
  const content =
    answer.ofStatement === true && isOn(address, 'compress') ? await compressBlocks(answer.body) : answer.body
  const body = encode === undefined ? content : await encode(content)
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(encode !== undefined && { 'Content-Encoding': encoding }),
    'Content-Length': body.length,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The answer to a failed statement. */
export function failure(error: AnalyticsError, headers: OutgoingHttpHeaders): Answer {
  return {
    status: statusOf(error),
    headers: {
      ...headers,
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Exception-Code': String(error.code || 1002),
      ...(error.code === 516 && { 'WWW-Authenticate': 'Basic realm="ClickHouse server HTTP API"' }),
    },
    body: Buffer.from(`${exceptionText(error)}\n`),
    ofStatement: error.code !== 516,
  }
}
