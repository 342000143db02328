import { AnalyticsError } from '../error.js'
import { isKeyword, isSymbol, type Token, tokensOf } from './lexer.js'

/**
 * What a reader may ask for, beyond what the engine's `readonly = 1` ensures. That setting refuses every write, every
 * change of settings and every table function that reaches outside of the tables; it is made before the statement
 * runs, in a session of its own. What it lets through is refused here, on the statement as the engine itself formats
 * it: files written by INTO OUTFILE, the scalar functions that read files of this machine, DESCRIBE of a table
 * function (which opens it), and statements that disturb others (KILL).
 */
const readingStatements = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'EXISTS', 'EXPLAIN', 'USE'])

/** Functions that read this machine's files or reach other machines. */
const outsideFunctions = new Set([
  'file',
  'chdb',
  'catboostevaluate',
  'aiclassify',
  'aiembed',
  'aiextract',
  'aigenerate',
  'aitranslate',
])

const readOnly = (what: string) => new AnalyticsError(`Cannot execute query in readonly mode: ${what}`, 164, 'READONLY')

const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'quoted'
const namesOutside = (token: Token | undefined): boolean =>
  isName(token) && outsideFunctions.has(token.text.toLowerCase())

/**
 * Whether the name at this place could be a function: it is called, applied to columns, or stands alone among the
 * arguments of another function, where a name may mean a function. A column of that name passes outside of calls, or
 * with its table before it.
 */
function mayBeFunction(tokens: readonly Token[], at: number, depth: number): boolean {
  if (isSymbol(tokens[at + 1], '(')) return true
  if (isSymbol(tokens[at - 1], '.')) return false
  return depth > 0 || isKeyword(tokens[at - 1], 'APPLY')
}

function checkNames(tokens: readonly Token[]): void {
  let depth = 0
  tokens.forEach((token, at) => {
    if (isSymbol(token, '(')) depth += 1
    if (isSymbol(token, ')')) depth -= 1
    if (namesOutside(token) && mayBeFunction(tokens, at, depth))
      throw readOnly(
        `function ${token.text} reaches outside of the store; if a column is meant, write it with its table, as in dead_letters.file`,
      )
  })
}

/** A parameter of type Identifier may stand where a name does, a function's included. */
function checkIdentifiers(tokens: readonly Token[], params: Readonly<Record<string, string>>): void {
  tokens.forEach((token, at) => {
    if (!isKeyword(token, 'IDENTIFIER') || !isSymbol(tokens[at - 1], ':')) return
    const value = params[tokens[at - 2]?.text ?? ''] ?? ''
    if (outsideFunctions.has(value.replace(/[`"\s]/g, '').toLowerCase()))
      throw readOnly(`the name ${value} cannot be a parameter`)
  })
}

/** What the rest of the interface has to know of a statement. */
export interface Statement {
  /** Its first word, in capitals. */
  readonly verb: string
  /** The format that it names. */
  readonly format: string | undefined
}

/** `FORMAT name` at the end, before a last SETTINGS. */
function formatOf(tokens: readonly Token[]): string | undefined {
  let depth = 0
  for (let at = tokens.length - 2; at > 0; at--) {
    if (isSymbol(tokens[at], ')')) depth += 1
    if (isSymbol(tokens[at], '(')) depth -= 1
    if (depth === 0 && isKeyword(tokens[at], 'FORMAT') && isName(tokens[at + 1])) {
      const after = tokens[at + 2]
      if (after === undefined || isKeyword(after, 'SETTINGS')) return tokens[at + 1]?.text
    }
  }
  return undefined
}

const verbOf = (tokens: readonly Token[]): string =>
  tokens.find((token) => !isSymbol(token, '('))?.text.toUpperCase() ?? ''

function refuseFiles(tokens: readonly Token[]): void {
  tokens.forEach((token, at) => {
    if (isKeyword(token, 'INTO') && isKeyword(tokens[at + 1], 'OUTFILE'))
      throw new AnalyticsError('INTO OUTFILE is not allowed over HTTP', 48, 'NOT_IMPLEMENTED')
    if (isKeyword(token, 'FROM') && isKeyword(tokens[at + 1], 'INFILE'))
      throw new AnalyticsError('FROM INFILE is not allowed over HTTP', 48, 'NOT_IMPLEMENTED')
  })
}

/** @param formatted one statement, as `formatQuerySingleLine` gives it. */
export function readStatement(formatted: string): Statement {
  const tokens = tokensOf(formatted)
  refuseFiles(tokens)
  return { verb: verbOf(tokens), format: formatOf(tokens) }
}

/**
 * As `readStatement`, for readers.
 * @throws AnalyticsError READONLY when a reader must not run it.
 */
export function readReadersStatement(formatted: string, params: Readonly<Record<string, string>>): Statement {
  const tokens = tokensOf(formatted)
  refuseFiles(tokens)
  const verb = verbOf(tokens)
  if (!readingStatements.has(verb)) throw readOnly(`${verb} is no statement that reads`)
  if (verb === 'DESCRIBE' && isName(tokens[2]) && isSymbol(tokens[3], '('))
    throw readOnly('DESCRIBE of a table function would open it')
  checkNames(tokens)
  checkIdentifiers(tokens, params)
  return { verb, format: formatOf(tokens) }
}
