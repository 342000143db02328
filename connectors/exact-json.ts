/** Where a number of 16 digits or more may stand outside of a text. */
const mayHoldLong = /(?:":|[[,])\s*-?\d{16}/
const longInteger = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g

/**
 * As `JSON.parse`, but a whole number beyond 2^53 becomes a text of its digits: as a number it would lose the last
 * ones, and posts whose ids differ in these would be one. Ids of many networks are that long.
 * @throws SyntaxError where the text is no JSON
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return mayHoldLong.test(text) ? JSON.parse(withLongIntegersQuoted(text)) : value
}

const quoted = (digits: string): string => (Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`)

/** @param json valid: each text in it ends */
function withLongIntegersQuoted(json: string): string {
  const parts: string[] = []
  for (let at = 0; at < json.length; ) {
    const begin = json.indexOf('"', at)
    parts.push(json.slice(at, begin === -1 ? undefined : begin).replace(longInteger, quoted))
    if (begin === -1) break
    at = endOfText(json, begin)
    parts.push(json.slice(begin, at))
  }
  return parts.join('')
}

/** The place after the quote that ends the text which begins here. */
function endOfText(json: string, begin: number): number {
  for (let quote = json.indexOf('"', begin + 1); ; quote = json.indexOf('"', quote + 1)) {
    let backslash = quote
    while (json[backslash - 1] === '\\') backslash -= 1
    if ((quote - backslash) % 2 === 0) return quote + 1
  }
}
