import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readCsv } from './csv.js'
import { formatOf, readFile } from './file.js'
import type { SourceItem } from './item.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulso-file-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function itemsOf(name: string, content: string | Buffer, limit = 10_000): Promise<readonly SourceItem[]> {
  const file = join(folder, name)
  writeFileSync(file, content)
  const items: SourceItem[] = []
  for await (const item of readFile(file, limit)) items.push(item)
  return items
}

const told = (items: readonly SourceItem[]) =>
  items.map((item) => (item.kind === 'fields' ? [item.line, item.fields] : [item.line, item.reason]))

describe('a file of records', () => {
  it('gives the good lines of JSON Lines and refuses the bad ones with line and reason', async () => {
    const content = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":\n[1]\nnull\n"text"\n'),
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
      Buffer.from(`{"a":"${'x'.repeat(200)}"}\n{"a":2}`),
    ])
    expect(told(await itemsOf('a.jsonl', content, 100))).toEqual([
      [1, { a: 1 }],
      [2, 'undecodable'],
      [3, 'undecodable'],
      [4, 'undecodable'],
      [5, 'undecodable'],
      [6, 'undecodable'],
      [7, 'too-large'],
      [8, { a: 2 }],
    ])
  })

  it('reads the same lines gzipped', async () => {
    expect(told(await itemsOf('b.jsonl.gz', gzipSync('{"a":1}\n{"a":2}\n')))).toEqual([
      [1, { a: 1 }],
      [2, { a: 2 }],
    ])
  })

  it('reads CSV with quotes, line breaks inside them and a semicolon for comma; refuses rows of another length', async () => {
    const items = await itemsOf('c.csv', 'id;text\n1;"dos\nlíneas"\n2\n3;tres\n')
    expect(told(items)).toEqual([
      [2, { id: '1', text: 'dos\nlíneas' }],
      [4, 'undecodable'],
      [5, { id: '3', text: 'tres' }],
    ])
  })

  it('parts rows by what parts the header line alone, wherever the header line is cut', async () => {
    expect(told(await itemsOf('comma.csv', 'id,"a;b;c;d"\n1,uno; dos\n'))).toEqual([
      [2, { id: '1', 'a;b;c;d': 'uno; dos' }],
    ])
    expect(told(await itemsOf('tab.csv', 'id\ttext\n1\tuno, dos; tres\n'))).toEqual([
      [2, { id: '1', text: 'uno, dos; tres' }],
    ])
    async function* bytewise(): AsyncGenerator<Uint8Array> {
      for (const byte of Buffer.from('\ufeffid;text\r\n1;uno, dos\r\n')) yield Uint8Array.of(byte)
    }
    const items: SourceItem[] = []
    for await (const item of readCsv(bytewise(), 10_000)) items.push(item)
    expect(told(items)).toEqual([[2, { id: '1', text: 'uno, dos' }]])
  })

  it('keeps a row of CSV as a JSON object, which says what its cells are', async () => {
    const [item] = await itemsOf('kept.csv', 'name;text\nana;"rico; muy rico"\n')
    expect(Buffer.from(item?.bytes ?? []).toString()).toBe('{"name":"ana","text":"rico; muy rico"}')
  })

  it('keeps the beginning of a line that is too long, and its length', async () => {
    const [item] = await itemsOf('long.jsonl', JSON.stringify({ text: 'a'.repeat(200_000) }), 100_000)
    expect(item).toMatchObject({ kind: 'refused', reason: 'too-large', length: 200_011 })
    expect(item?.bytes.length).toBe(65_536)
  })

  it('names a file that is not there, one that is damaged, and one whose format cannot be told', async () => {
    await expect(readFile(join(folder, 'none.jsonl'), 10).next()).rejects.toThrow(/none\.jsonl: there is no such file/)
    const cut = gzipSync(Buffer.from('{"a":1}\n'.repeat(1_000))).subarray(0, 30)
    await expect(itemsOf('d.jsonl.gz', cut)).rejects.toThrow(/d\.jsonl\.gz is damaged/)
    expect(() => formatOf('posts.parquet')).toThrow(/--format/)
  })
})
