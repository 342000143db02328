import { isKeyword, isSymbol, tokensOf } from './lexer.js'

/** An insert whose data follow it. */
export interface InsertWithData {
  /** The statement without its data. */
  readonly statement: string
  readonly data: Buffer
}

const beginning = /^\s*INSERT\s/i
const formatClause = /\bFORMAT\s+([A-Za-z]\w*)[ \t]*(?:;?[ \t]*\r?\n|[ \t]|;|$)/gi
/** As much of a request as may be its statement. */
const longestStatement = 65_536

/** Whether every quote before the position is closed. */
const outsideQuotes = (text: string): boolean =>
  (text
    .replace(/\\[\s\S]/g, '')
    .replace(/`[^`]*`/g, '')
    .match(/'/g)?.length ?? 0) %
    2 ===
  0

/** Cuts `INSERT INTO t FORMAT X` off the data that follow; undefined for any other statement. */
export function cutInsert(request: Buffer): InsertWithData | undefined {
  // Latin-1: one character a byte, so that positions are those of the bytes.
  const head = request.subarray(0, longestStatement).toString('latin1')
  if (!beginning.test(head)) return undefined
  for (const match of head.matchAll(formatClause)) {
    if (match[1]?.toLowerCase() === 'values' || !outsideQuotes(head.slice(0, match.index))) continue
    if (/\b(VALUES|SELECT)\b/i.test(head.slice(0, match.index))) return undefined
    const end = match.index + match[0].length
    return { statement: request.subarray(0, end).toString('utf8').replace(/;\s*$/, ''), data: request.subarray(end) }
  }
  return undefined
}

/** Splits a formatted `INSERT INTO t (a) SETTINGS x = 1 FORMAT CSV` where the place of the data is named. */
export function splitInsert(formatted: string): { readonly before: string; readonly after: string } {
  const tokens = tokensOf(formatted)
  let depth = 0
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth += 1
    if (isSymbol(token, ')')) depth -= 1
    if (depth === 0 && (isKeyword(token, 'SETTINGS') || isKeyword(token, 'FORMAT')))
      return { before: formatted.slice(0, token.at), after: formatted.slice(token.at) }
  }
  return { before: formatted, after: '' }
}
