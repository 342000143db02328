import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readCsv, readCsvLine } from './csv.js'
import type { SourceItem } from './item.js'
import { readLines } from './lines.js'

async function* pieces(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

async function itemsOf(content: string | Uint8Array, limit = 10_000, size = 7): Promise<readonly SourceItem[]> {
  const items: SourceItem[] = []
  for await (const item of readCsv(pieces(Buffer.from(content), size), limit)) items.push(item)
  return items
}

const told = (items: readonly SourceItem[]) =>
  items.map((item) => [item.line, item.kind === 'fields' ? Object.values(item.fields) : item.reason])

const inQuotes = (cell: string) => `"${cell.replaceAll('"', '""')}"`

describe('rows of CSV', () => {
  it('that are broken take no row after them along', async () => {
    const content = [
      'id,text',
      '1,"never closed',
      '2,good',
      '3,"two\r\n\r\nlines, one row"',
      '4,"goes on"after',
      '5,good',
      '6,in the "midst"',
      '7',
      '8,one,too many',
      '9,"she said ""good"""',
      '10,"open to the end',
      '11,good',
    ].join('\r\n')
    expect(told(await itemsOf(content))).toEqual([
      [2, 'undecodable'],
      [3, ['2', 'good']],
      [4, ['3', 'two\n\nlines, one row']],
      [7, 'undecodable'],
      [8, ['5', 'good']],
      [9, 'undecodable'],
      [10, 'undecodable'],
      [11, 'undecodable'],
      [12, ['9', 'she said "good"']],
      [13, 'undecodable'],
      [14, ['11', 'good']],
    ])
  })

  it('that are too long are one refusal each, in quotes or not', async () => {
    const long = 'x'.repeat(5_000)
    const content = `id,text\n1,${long}\n2,good\n3,"${long}\n4,good\n5,"${'many lines\n'.repeat(20)}"\n6,good\n`
    const items = await itemsOf(content, 100, 1_000)
    expect(told(items).filter(([, what]) => what === 'too-large' || Array.isArray(what))).toEqual([
      [2, 'too-large'],
      [3, ['2', 'good']],
      [4, 'too-large'],
      [5, ['4', 'good']],
      [27, ['6', 'good']],
    ])
    expect(items[0]).toMatchObject({ length: 5_002, detail: expect.stringContaining('PULSO_MAX_VALUE_BYTES') })
    expect(items.find(({ line }) => line === 6)).toMatchObject({
      detail: expect.stringContaining('cell 2 of the row is not closed within 100 bytes'),
    })
  })

  it('that are not UTF-8 are refused with their bytes', async () => {
    const bad = Buffer.concat([Buffer.from('1,caf'), Buffer.from([0xe9])])
    const items = await itemsOf(Buffer.concat([Buffer.from('id,text\n'), bad, Buffer.from('\n2,café\n')]))
    expect(told(items)).toEqual([
      [2, 'undecodable'],
      [3, ['2', 'café']],
    ])
    expect(items[0]?.bytes).toEqual(new Uint8Array(bad))
  })

  it('are given as they were written, however the file is cut, with bad ones among them', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ñ', '"', ',', ';', '\n', ' ', '👍'), maxLength: 8 })
    const row = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(cell, cell) },
      { weight: 1, arbitrary: fc.constantFrom('too few', 'one,too,many', 'a quote"within,b', '"closed"late,b') },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const lines = rows.map((each) => (typeof each === 'string' ? each : each.map(inQuotes).join(',')))
        const items = await itemsOf(['a,b', ...lines].join('\n'), 10_000, size)
        expect(items.map((item) => (item.kind === 'fields' ? Object.values(item.fields) : 'refused'))).toEqual(
          rows.map((each) => (typeof each === 'string' ? 'refused' : each)),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('cost no more when every one of them opens a quote', async () => {
    const count = 50_000
    const content = `a,b\n${'1,"open\n'.repeat(count)}`
    let refused = 0
    for await (const item of readCsv(pieces(Buffer.from(content), 65_536), 1_048_576))
      if (item.kind === 'refused') refused += 1
    expect(refused).toBe(count)
  })

  it('below a header line that cannot be read are an error that says why', async () => {
    await expect(itemsOf('id,"text\n1,good\n')).rejects.toThrow(
      'line 1, which names the columns, cannot be read: the quote that opens cell 2 of the row is not closed',
    )
    await expect(itemsOf('id,text\r1,good\r')).rejects.toThrow('convert the file to line feeds')
    expect(await itemsOf('')).toEqual([])
  })

  it('are read again one by one', async () => {
    const lines = []
    for await (const line of readLines(pieces(Buffer.from('id;text\n1;"rico, muy rico"\n'), 4), 100)) lines.push(line)
    const [first, line] = lines
    if (first === undefined || line === undefined) throw new Error('there are two lines')
    expect(await readCsvLine(first, line, 100)).toMatchObject({ fields: { id: '1', text: 'rico, muy rico' } })
    expect(await readCsvLine(first, line, 10)).toMatchObject({ reason: 'too-large' })
  })
})
