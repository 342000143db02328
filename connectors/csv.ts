import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { beginningOf } from '../streams/engine/letters.js'
import type { SourceItem } from './item.js'

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
}

/**
 * Reads CSV with a header line (RFC 4180; comma, semicolon or tab, whichever the header line has most). Every field is a text; a row with too few or too
 * many fields, or with broken quotes, is refused with its line. `limit` bounds a row in bytes. The bytes of a row are
 * its fields as JSON: without the header line its own would say nothing to whoever finds it among the dead letters.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<SourceItem> {
  const refused: SourceItem[] = []
  const [delimiter, all] = await delimiterOf(chunks, limit)
  const parser = parse({
    bom: true,
    columns: true,
    delimiter,
    info: true,
    max_record_size: limit,
    skip_records_with_error: true,
    skip_empty_lines: true,
    on_skip: (error, raw) => {
      const bytes = Buffer.from(typeof raw === 'string' ? raw : '')
      refused.push({
        kind: 'refused',
        line: typeof error?.lines === 'number' ? error.lines : 0,
        bytes: beginningOf(bytes),
        length: bytes.length,
        reason: error?.code === 'CSV_MAX_RECORD_SIZE' ? 'too-large' : 'undecodable',
        detail: error?.message ?? 'the row is no CSV',
      })
      return undefined
    },
  })
  Readable.from(all)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser)
  for await (const row of parser as AsyncIterable<CsvRecord>) {
    // the parser runs ahead of who reads from it: what it refused is given at its place
    while (refused[0] !== undefined && refused[0].line < row.info.lines) yield* refused.splice(0, 1)
    yield { kind: 'fields', line: row.info.lines, bytes: Buffer.from(JSON.stringify(row.record)), fields: row.record }
  }
  yield* refused
}

const delimiters = [',', ';', '\t'] as const
const newline = 0x0a

/** What the header line is parted by, and the chunks again, from the first on. */
async function delimiterOf(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<readonly [delimiter: string, all: AsyncIterable<Uint8Array>]> {
  const rest = chunks[Symbol.asyncIterator]()
  const read: Uint8Array[] = []
  let length = 0
  while (length <= limit) {
    const next = await rest.next()
    if (next.done === true) break
    read.push(next.value)
    length += next.value.length
    if (next.value.includes(newline)) break
  }
  const [header = ''] = Buffer.concat(read).toString('utf8').split(/\r?\n/)
  // what is quoted is a name
  const plain = header.replaceAll(/"[^"]*"/g, '')
  const counts = delimiters.map((each) => plain.split(each).length)
  return [delimiters[counts.indexOf(Math.max(...counts))] ?? ',', again(read, rest)]
}

async function* again(read: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* read
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
