import * as zstd from '@bokuweb/zstd-wasm'
import { compress, uncompress } from 'lz4-napi'
import { AnalyticsError } from '../../error.js'
import { cityHash128 } from './city-hash.js'

/**
 * ClickHouse's own compressed blocks, which `compress=1` asks for and `decompress=1` announces: a checksum of 16 bytes
 * over all that follows, the method, the size from the method on, the size of the data, the data compressed.
 * Source: https://clickhouse.com/docs/native-protocol/basics#compression
 */

const checksum = 16
const header = 9
const methods = { none: 0x02, lz4: 0x82, zstd: 0x90 } as const
/** Bytes of data in a block: as many as a server puts into one. */
const blockSize = 1 << 20

async function block(data: Uint8Array): Promise<Buffer[]> {
  // the library puts the size of the data before them
  const compressed = (await compress(data)).subarray(4)
  const framed = Buffer.allocUnsafe(header + compressed.length)
  framed.writeUInt8(methods.lz4, 0)
  framed.writeUInt32LE(framed.length, 1)
  framed.writeUInt32LE(data.length, 5)
  compressed.copy(framed, header)
  return [cityHash128(framed), framed]
}

/** The data as compressed blocks (LZ4, which every client reads whatever method it names). */
export async function compressBlocks(data: Uint8Array): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let at = 0; at < data.length; at += blockSize) parts.push(...(await block(data.subarray(at, at + blockSize))))
  return Buffer.concat(parts)
}

const damaged = (at: number, why: string) =>
  new AnalyticsError(`The compressed block at byte ${at} of the body ${why}: send it again`, 271, 'CANNOT_DECOMPRESS')

async function open(method: number, data: Buffer, size: number): Promise<Uint8Array> {
  switch (method) {
    case methods.none:
      return data
    case methods.lz4: {
      const sized = Buffer.allocUnsafe(4 + data.length)
      sized.writeUInt32LE(size, 0)
      data.copy(sized, 4)
      return uncompress(sized)
    }
    case methods.zstd:
      await zstd.init()
      return zstd.decompress(data)
    default:
      throw new AnalyticsError(
        `Unknown compression method 0x${method.toString(16)} of a block: use LZ4 or ZSTD`,
        89,
        'UNKNOWN_COMPRESSION_METHOD',
      )
  }
}

/**
 * The data of compressed blocks.
 * @param limit bytes of data at most
 * @throws AnalyticsError for a block that is damaged, of an unknown method, or beyond the limit
 */
export async function decompressBlocks(body: Buffer, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let total = 0
  for (let at = 0; at < body.length; ) {
    if (body.length - at < checksum + header) throw damaged(at, 'ends too early')
    const length = body.readUInt32LE(at + checksum + 1)
    const size = body.readUInt32LE(at + checksum + 5)
    const end = at + checksum + length
    if (length < header || end > body.length) throw damaged(at, 'ends too early')
    total += size
    if (total > limit) throw new AnalyticsError(`The body is larger than ${limit} bytes`, 307, 'TOO_MANY_BYTES')
    const framed = body.subarray(at + checksum, end)
    if (!cityHash128(framed).equals(body.subarray(at, at + checksum))) throw damaged(at, 'has another checksum')
    const data = await open(framed.readUInt8(0), framed.subarray(header), size).catch((error: unknown) => {
      throw error instanceof AnalyticsError ? error : damaged(at, 'cannot be decompressed')
    })
    if (data.length !== size) throw damaged(at, `holds ${data.length} bytes and says ${size}`)
    parts.push(data)
    at = end
  }
  return Buffer.concat(parts)
}
