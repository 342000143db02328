import { beginningOf } from '../streams/engine/letters.js'
import { parseExactly } from './exact-json.js'
import type { Fields, SourceItem } from './item.js'
import { type Line, readLines } from './lines.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads one JSON object a line. A bad line is refused with its number and the reason; the rest goes on. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<SourceItem> {
  for await (const line of readLines(chunks, limit)) yield readJsonLine(line, limit)
}

export function readJsonLine(line: Line, limit: number): SourceItem {
  const refused = (reason: 'undecodable' | 'too-large', detail: string): SourceItem => ({
    kind: 'refused',
    line: line.number,
    bytes: reason === 'too-large' ? beginningOf(line.bytes) : line.bytes,
    length: line.length,
    reason,
    detail,
  })
  if (line.length > limit) {
    return refused(
      'too-large',
      `the line has ${line.length} bytes, the limit is ${limit}: raise PULSO_MAX_VALUE_BYTES or shorten the text`,
    )
  }
  let text: string
  try {
    text = utf8.decode(line.bytes)
  } catch {
    return refused('undecodable', 'the line is not UTF-8: convert the file, or repair the line')
  }
  try {
    const value = parseExactly(text)
    if (!isFields(value)) {
      return refused(
        'undecodable',
        `the line holds ${Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`}, not a JSON object`,
      )
    }
    return { kind: 'fields', line: line.number, bytes: line.bytes, fields: value }
  } catch (error) {
    return refused(
      'undecodable',
      `the line is no JSON: ${error instanceof Error ? oneLine(error.message) : String(error)}`,
    )
  }
}

/** The parser quotes the line, with whatever it holds. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ')

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
