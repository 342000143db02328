import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { beginningOf } from '../streams/engine/letters.js'
import type { SourceItem } from './item.js'

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
}

/**
 * Reads CSV with a header line (RFC 4180, comma, semicolon or tab). Every field is a text; a row with too few or too
 * many fields, or with broken quotes, is refused with its line. `limit` bounds a row in bytes. The bytes of a row are
 * its fields as JSON: without the header line its own would say nothing to whoever finds it among the dead letters.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<SourceItem> {
  const refused: SourceItem[] = []
  const parser = parse({
    bom: true,
    columns: true,
    delimiter: [',', ';', '\t'],
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
  Readable.from(chunks)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser)
  for await (const row of parser as AsyncIterable<CsvRecord>) {
    // the parser runs ahead of who reads from it: what it refused is given at its place
    while (refused[0] !== undefined && refused[0].line < row.info.lines) yield* refused.splice(0, 1)
    yield { kind: 'fields', line: row.info.lines, bytes: Buffer.from(JSON.stringify(row.record)), fields: row.record }
  }
  yield* refused
}
