import * as zstd from '@bokuweb/zstd-wasm'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cityHash128 } from './city-hash.js'
import { compressBlocks, decompressBlocks } from './compressed.js'

const limit = 8 * 1024 * 1024

function block(method: number, data: Uint8Array, size: number): Buffer {
  const framed = Buffer.concat([Buffer.alloc(9), data])
  framed.writeUInt8(method, 0)
  framed.writeUInt32LE(framed.length, 1)
  framed.writeUInt32LE(size, 5)
  return Buffer.concat([cityHash128(framed), framed])
}

describe("blocks in ClickHouse's own compression", () => {
  it('give back what was put into them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (data) => {
        expect((await decompressBlocks(await compressBlocks(data), limit)).equals(data)).toBe(true)
      }),
      { numRuns: 50 },
    )
    const long = Buffer.from('ceviche '.repeat(400_000))
    const compressed = await compressBlocks(long)
    expect(compressed.length).toBeLessThan(long.length / 20)
    expect((await decompressBlocks(compressed, limit)).equals(long)).toBe(true)
  })

  it('are read uncompressed and in ZSTD too, and one after the other', async () => {
    await zstd.init()
    const text = Buffer.from('lomo saltado')
    const body = Buffer.concat([block(0x02, text, text.length), block(0x90, zstd.compress(text), text.length)])
    expect((await decompressBlocks(body, limit)).toString()).toBe('lomo saltadolomo saltado')
  })

  it('are refused when they are damaged, cut short, too large or of an unknown method', async () => {
    const body = await compressBlocks(Buffer.from('anticuchos'))
    const damaged = Buffer.from(body)
    damaged[body.length - 1] = (damaged[body.length - 1] ?? 0) ^ 1
    await expect(decompressBlocks(damaged, limit)).rejects.toMatchObject({
      code: 271,
      message: 'The compressed block at byte 0 of the body has another checksum: send it again',
    })
    await expect(decompressBlocks(body.subarray(0, -1), limit)).rejects.toMatchObject({ code: 271 })
    await expect(decompressBlocks(Buffer.concat([body, body.subarray(0, 7)]), limit)).rejects.toThrow(
      `at byte ${body.length} of the body ends too early`,
    )
    await expect(decompressBlocks(body, 5)).rejects.toMatchObject({ code: 307 })
    await expect(decompressBlocks(block(0x77, body, 5), limit)).rejects.toMatchObject({ code: 89 })
    await expect(decompressBlocks(block(0x82, Buffer.from([255, 1]), 500), limit)).rejects.toMatchObject({ code: 271 })
    await expect(decompressBlocks(block(0x02, Buffer.from('abc'), 2), limit)).rejects.toMatchObject({ code: 271 })
  })
})
