/** One replacement, applied everywhere in the text. */
export interface Replacement {
  readonly pattern: string
  /** Flags of the regular expression; `g` is always added. Default `u`. */
  readonly flags?: string | undefined
  /** Put in literally: `$` means nothing here. */
  readonly replacement: string
}

export type Preprocess = (text: string) => string

/** Code units that are looked at for each token that the model can take; the longest word pieces are shorter. */
const unitsPerToken = 64

const loneSurrogate = /\p{Surrogate}/gu

/** The head of a text, never half of a character. A copy: a short key must not keep a text of megabytes alive. */
function head(text: string, units: number): string {
  const last = text.charCodeAt(units - 1)
  const whole = last >= 0xd800 && last <= 0xdbff ? units - 1 : units
  return Buffer.from(text.slice(0, whole), 'utf16le').toString('utf16le')
}

/**
 * Makes the function that every text passes before it is looked up in the cache and cut into tokens: the text is cut
 * to what could matter for `maxTokens`, lone surrogates become U+FFFD, and the replacements run once each, in order.
 * @throws when a pattern is no regular expression; the message has its place in the list.
 */
export function preprocessor(replacements: readonly Replacement[], maxTokens: number): Preprocess {
  const rules = replacements.map(({ pattern, flags = 'u', replacement }, at) => {
    try {
      return { pattern: new RegExp(pattern, [...new Set(`g${flags}`)].join('')), replacement: () => replacement }
    } catch (error) {
      throw new Error(`preprocessing[${at}] is no valid regular expression: ${String(error)}`, { cause: error })
    }
  })
  const units = maxTokens * unitsPerToken
  return (text) => {
    let result = text.length > units ? head(text, units) : text
    result = result.replace(loneSurrogate, '\uFFFD')
    for (const rule of rules) result = result.replace(rule.pattern, rule.replacement)
    return result
  }
}
