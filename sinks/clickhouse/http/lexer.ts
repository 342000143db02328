export interface Token {
  /** `word`: a keyword, or a name that needed no quotes; `quoted`: a name in quotes, given without them. */
  readonly kind: 'word' | 'quoted' | 'literal' | 'symbol'
  readonly text: string
  /** Where it begins in the statement. */
  readonly at: number
}

const word = /[A-Za-z_][A-Za-z0-9_$]*/y
const number = /[0-9][A-Za-z0-9_.]*/y
const space = /\s+/y
const literal = /'(?:[^'\\]|\\[\s\S])*'/y
const quoted = /`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"/y

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/**
 * Cuts a statement into tokens, as ClickHouse itself formats statements (`formatQuerySingleLine`): without comments and
 * heredocs, names in backticks where they need it. Only such text may be given to it.
 */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < statement.length) {
    const blank = match(space, statement, at)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const plain = match(word, statement, at)
    const name = plain === undefined ? match(quoted, statement, at) : undefined
    const value = plain ?? name ?? match(literal, statement, at) ?? match(number, statement, at) ?? statement.charAt(at)
    if (plain !== undefined) tokens.push({ kind: 'word', text: plain, at })
    else if (name !== undefined)
      tokens.push({ kind: 'quoted', text: name.slice(1, -1).replace(/\\([\s\S])/g, '$1'), at })
    else tokens.push({ kind: /['0-9]/.test(value.charAt(0)) ? 'literal' : 'symbol', text: value, at })
    at += value.length
  }
  return tokens
}

/** Whether a token is this keyword. */
export const isKeyword = (token: Token | undefined, keyword: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === keyword

/** Whether a token is this symbol. */
export const isSymbol = (token: Token | undefined, symbol: string): boolean =>
  token?.kind === 'symbol' && token.text === symbol
