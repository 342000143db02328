import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { AnalyticsError, analyticsError } from '../error.js'
import { decompressBlocks } from './blocks/compressed.js'
import { revisionOf } from './blocks/native.js'
import { interfaceParameters } from './settings.js'

/** A request as ClickHouse's HTTP interface understands it. */
export interface HttpQuery {
  /** The statement; for an insert possibly followed by its data. */
  readonly statement: Buffer
  readonly database: string | undefined
  /** Format where the statement names none. */
  readonly format: string
  readonly queryId: string | undefined
  /** Values for `{name:Type}`, in the escaping of the interface. */
  readonly params: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
  /** `client_protocol_version`, which says how blocks of the Native format begin; 0 where the client says none. */
  readonly revision: number
}

const decoders: Readonly<Record<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}
/** Encodings that the engine undoes. */
const ofEngine = new Set(['lz4', 'zstd', 'xz', 'snappy'])

export interface BodyOptions {
  /** Bytes of the body at most, as they come and after decompression. */
  readonly limit: number
  /** Undoes what Node cannot; absent where that is not offered. */
  readonly decompress: ((data: Uint8Array, method: string) => Promise<Uint8Array>) | undefined
}

export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Whether a switch of the address is on. */
export const isOn = (address: URL, name: string): boolean =>
  ['1', 'true'].includes(address.searchParams.get(name) ?? '')

async function readBody(request: IncomingMessage, { limit, decompress }: BodyOptions): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  const encoding = headerOf(request, 'content-encoding') ?? 'identity'
  const body = Buffer.concat(chunks)
  if (encoding === 'identity' || encoding === '') return body
  if (decompress !== undefined && ofEngine.has(encoding)) return Buffer.from(await decompress(body, encoding))
  const decode = decoders[encoding]
  if (decode === undefined)
    throw new AnalyticsError(
      `Unknown compression method '${encoding}': use gzip, deflate or br`,
      89,
      'UNKNOWN_COMPRESSION_METHOD',
    )
  try {
    return await decode(body, { maxOutputLength: limit })
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit)
    throw new AnalyticsError(
      `Cannot decompress the body, which Content-Encoding says is ${encoding}: ${analyticsError(error).message}`,
      271,
      'CANNOT_DECOMPRESS',
    )
  }
}

const isTooLarge = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

const tooLarge = (limit: number) => new AnalyticsError(`The body is larger than ${limit} bytes`, 307, 'TOO_MANY_BYTES')

/** The value of a parameter as it was meant: the address holds it in the escaping of TabSeparated. */
const prefixed = (address: URL, prefix: string): Record<string, string> =>
  Object.fromEntries(
    [...address.searchParams].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  )

function refuseUnsupported(request: IncomingMessage): void {
  if (headerOf(request, 'content-type')?.startsWith('multipart/') === true)
    throw new AnalyticsError('External tables (multipart/form-data) are not supported here', 48, 'NOT_IMPLEMENTED')
}

/** Reads address, headers and body. */
export async function readQuery(request: IncomingMessage, address: URL, options: BodyOptions): Promise<HttpQuery> {
  refuseUnsupported(request)
  const inAddress = address.searchParams.get('query') ?? ''
  const sent = await readBody(request, options)
  const body = isOn(address, 'decompress') ? await decompressBlocks(sent, options.limit) : sent
  const statement =
    inAddress === ''
      ? body
      : body.length === 0
        ? Buffer.from(inAddress)
        : Buffer.concat([Buffer.from(`${inAddress}\n`), body])
  const settings: Record<string, string> = {}
  for (const [name, value] of address.searchParams)
    if (!interfaceParameters.has(name) && !name.startsWith('param_')) settings[name] = value
  return {
    statement,
    database: address.searchParams.get('database') ?? headerOf(request, 'x-clickhouse-database') ?? undefined,
    format: address.searchParams.get('default_format') ?? headerOf(request, 'x-clickhouse-format') ?? 'TabSeparated',
    queryId: address.searchParams.get('query_id') ?? undefined,
    params: prefixed(address, 'param_'),
    settings,
    revision: revisionOf(address.searchParams.get('client_protocol_version')),
  }
}
