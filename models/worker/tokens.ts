import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import type { TokenIds } from '../providers/provider.js'

export type Encode = (text: string) => TokenIds

async function readJson(file: string): Promise<object> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof json === 'object' && json !== null) return json
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${String(error)}`, { cause: error })
  }
  throw new Error(`${file} is no JSON object`)
}

/** Special tokens after the text, as in `[SEP]`: what encoding nothing gives beyond what stands before a text. */
function closingTokens(tokenizer: Tokenizer): TokenIds {
  const empty: TokenIds = tokenizer.encode('').ids
  const some: TokenIds = tokenizer.encode('a').ids
  const before = empty.findIndex((id, at) => some[at] !== id)
  return before < 0 ? [] : empty.slice(before)
}

/**
 * Loads tokenizer.json (WordPiece, byte-level BPE or Unigram). A text of more than `maxTokens` tokens keeps its head
 * and the closing special tokens.
 */
export async function loadTokenizer(dir: string, maxTokens: number): Promise<Encode> {
  const configFile = join(dir, 'tokenizer_config.json')
  const config = await readJson(configFile).catch((error: Error & { cause?: { code?: string } }) => {
    if (error.cause?.code === 'ENOENT') return {}
    throw error
  })
  const tokenizer = new Tokenizer(await readJson(join(dir, 'tokenizer.json')), config)
  const closing = closingTokens(tokenizer)
  return (text) => {
    const ids: TokenIds = tokenizer.encode(text).ids
    return ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - closing.length), ...closing]
  }
}
