import { gunzipSync } from 'node:zlib'
import * as zstd from '@bokuweb/zstd-wasm'
import { decompressFrameSync } from 'lz4-napi'
import snappy from 'snappyjs'
import { zstdBound } from './zstd-bound.js'

/** The lowest three bits of a batch's attributes. */
export type CompressionCode = number

const names = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const zstdReady = zstd.init()

/** Resolves when every codec can be used. */
export const codecsReady = (): Promise<void> => zstdReady

/** @throws Error when the codec is not known, or the bytes are not what it wrote */
export function decompress(code: CompressionCode, bytes: Buffer): Buffer {
  switch (names[code]) {
    case 'gzip':
      return gunzipSync(bytes)
    case 'snappy':
      return unsnappy(bytes)
    case 'lz4':
      return decompressFrameSync(bytes)
    case 'zstd':
      return asBuffer(zstd.decompress(bytes, { defaultHeapSize: zstdBound(bytes) }))
    default:
      throw new Error(`it is compressed with codec ${code}, which is not known: gzip, snappy, lz4 and zstd are`)
  }
}

/** What Java's library writes before its blocks; others write one raw block. */
const framed = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const frameHeader = 16

function unsnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, framed.length).equals(framed)) return asBuffer(snappy.uncompress(bytes))
  const blocks: Buffer[] = []
  for (let at = frameHeader; at < bytes.length; ) {
    const length = bytes.readInt32BE(at)
    blocks.push(asBuffer(snappy.uncompress(bytes.subarray(at + 4, at + 4 + length))))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
