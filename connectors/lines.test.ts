import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Line, readLines } from './lines.js'

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes.length === 0 ? bytes.length : Math.max(1, sizes[turn % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function linesOf(text: string, sizes: readonly number[], limit = 1_000): Promise<readonly Line[]> {
  const lines: Line[] = []
  for await (const line of readLines(chunksOf(Buffer.from(text), sizes), limit)) lines.push(line)
  return lines
}

const shown = (lines: readonly Line[]) => lines.map(({ number, bytes }) => [number, Buffer.from(bytes).toString()])

describe('lines of a file', () => {
  it('have the length without their end, also where only the beginning is kept', async () => {
    const lines = await linesOf('123456\r\n123456\n1234\r\n', [3], 4)
    expect(lines.map(({ bytes, length }) => [bytes.length, length])).toEqual([
      [4, 6],
      [4, 6],
      [4, 4],
    ])
  })

  it('are numbered from 1, empty ones passed over, with any end of line and with none at the end', async () => {
    expect(shown(await linesOf('a\r\n\nb\nc', []))).toEqual([
      [1, 'a'],
      [3, 'b'],
      [4, 'c'],
    ])
  })

  it('are the same however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'ñ', '\n', '\r\n', '🔥', 'long enough'), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        async (parts, sizes) => {
          const text = parts.join('')
          expect(shown(await linesOf(text, sizes))).toEqual(shown(await linesOf(text, [])))
        },
      ),
    )
  })

  it('keep the first bytes and the true length of a line over the limit, and go on after it', async () => {
    const [long, next] = await linesOf(`${'x'.repeat(5_000)}\nok\n`, [100], 10)
    expect([long?.bytes.length, long?.length]).toEqual([10, 5_000])
    expect(shown(next === undefined ? [] : [next])).toEqual([[2, 'ok']])
  })
})
