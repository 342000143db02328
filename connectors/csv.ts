import { beginningOf } from '../streams/engine/letters.js'
import { CsvRow, type Taken } from './csv-row.js'
import type { SourceItem } from './item.js'
import { type Line, readLines } from './lines.js'
import { ReadAhead } from './read-ahead.js'

const delimiters = [',', ';', '\t'] as const
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The names of the columns, and what parts the cells. */
interface Header {
  readonly names: readonly string[]
  readonly delimiter: string
}

type Row =
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'undecodable' | 'too-large'; readonly detail: string }

const undecodable = (detail: string): Row => ({ kind: 'refused', reason: 'undecodable', detail })

/**
 * Reads CSV with a header line (RFC 4180; comma, semicolon or tab, whichever the header line has most). Every field is
 * a text, and a row has the number of the line that it begins in. What is no row is refused line by line: a quote that
 * nobody closed does not take the rows after it along. `limit` bounds a row in bytes. The bytes of a row are its fields
 * as JSON: without the header line its own would say nothing to whoever finds it among the dead letters.
 * @throws Error when the header line cannot be read
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<SourceItem> {
  const lines = new ReadAhead(readLines(chunks, limit))
  try {
    const first = await lines.next()
    if (first === null) return
    const header = headerOf(first, await rowFrom(first, lines, delimiterOf(first), limit))
    for (let line = await begin(lines); line !== null; line = await begin(lines)) {
      const row = await rowFrom(line, lines, header.delimiter, limit)
      const item = itemOf(line, row, header)
      // what was read ahead of a row that is none is judged by itself
      if (item.kind === 'refused') lines.backTo(1)
      yield item
    }
  } finally {
    await lines.end()
  }
}

function begin(lines: ReadAhead<Line>): Promise<Line | null> {
  lines.release()
  return lines.next()
}

/** One line of a file by itself, below the header line of that file. @throws as readCsv */
export async function readCsvLine(first: Line, line: Line, limit: number): Promise<SourceItem> {
  const delimiter = delimiterOf(first)
  const header = headerOf(first, await rowFrom(first, nothing, delimiter, limit))
  return itemOf(line, await rowFrom(line, nothing, delimiter, limit), header)
}

const nothing = { next: () => Promise.resolve(null) }

async function rowFrom(
  first: Line,
  rest: { next(): Promise<Line | null> },
  delimiter: string,
  limit: number,
): Promise<Row> {
  if (first.length > limit) {
    const detail = `the line has ${first.length} bytes, the limit is ${limit}: raise PULSO_MAX_VALUE_BYTES or shorten the text`
    return { kind: 'refused', reason: 'too-large', detail }
  }
  const row = new CsvRow(delimiter)
  let taken: Taken = { kind: 'open' }
  let bytes = 0
  for (let line: Line | null = first, breaks = 0; ; ) {
    const text = decoded(line)
    if (text === null) return undecodable('the line is not UTF-8: convert the file, or repair the line')
    taken = row.take(`${'\n'.repeat(breaks)}${text}`)
    if (taken.kind === 'whole') return { kind: 'row', cells: taken.cells }
    if (taken.kind === 'broken') return undecodable(taken.detail)
    bytes += breaks + line.length
    const next: Line | null = await rest.next()
    if (next === null) return undecodable(`the quote that opens cell ${row.cell} of the row is not closed`)
    // empty lines are numbered and left out
    breaks = next.number - line.number
    if (bytes + breaks + next.length > limit)
      return undecodable(
        `the quote that opens cell ${row.cell} of the row is not closed within ${limit} bytes: close it, or raise PULSO_MAX_VALUE_BYTES`,
      )
    line = next
  }
}

function decoded(line: Line): string | null {
  try {
    return utf8.decode(line.bytes)
  } catch {
    return null
  }
}

function itemOf(line: Line, row: Row, { names }: Header): SourceItem {
  if (row.kind === 'row' && row.cells.length === names.length) {
    const fields = Object.fromEntries(names.map((name, index) => [name, row.cells[index] ?? '']))
    return { kind: 'fields', line: line.number, bytes: Buffer.from(JSON.stringify(fields)), fields }
  }
  const { reason, detail } =
    row.kind === 'refused'
      ? row
      : ({
          reason: 'undecodable',
          detail: `the row has ${row.cells.length} cells, the header line has ${names.length}: a text that holds what parts them stands in quotes`,
        } as const)
  const bytes = reason === 'too-large' ? beginningOf(line.bytes) : line.bytes
  return { kind: 'refused', line: line.number, bytes, length: line.length, reason, detail }
}

function headerOf(line: Line, row: Row): Header {
  if (row.kind === 'refused')
    throw new Error(`line ${line.number}, which names the columns, cannot be read: ${row.detail}`)
  if (row.cells.some((name) => name.includes('\r')))
    throw new Error('the lines end with a carriage return alone: convert the file to line feeds')
  return { names: row.cells, delimiter: delimiterOf(line) }
}

/** What the header line is parted by. */
function delimiterOf(line: Line): string {
  // what is quoted is a name
  const plain = (decoded(line) ?? '').replaceAll(/"[^"]*"/g, '')
  const counts = delimiters.map((each) => plain.split(each).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}
