import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import type { TokenIds } from '../providers/provider.js'
import { rememberPieces } from './pieces.js'
import { plainCharacters } from './plain.js'
import { SpacedWords } from './spaced-words.js'

export type Encode = (text: string) => TokenIds

const metaspace = z.object({
  type: z.literal('Metaspace'),
  replacement: z.literal('▁'),
  prepend_scheme: z.literal('always'),
  split: z.literal(true).default(true),
})

/** What of tokenizer.json is read here; the rest is the library's. */
const tokenizerJson = z.looseObject({
  added_tokens: z.array(z.object({ id: z.number().int(), content: z.string() })).default([]),
  normalizer: z.looseObject({ type: z.string() }).nullish(),
  pre_tokenizer: z.unknown(),
  model: z.looseObject({ type: z.string().optional() }),
})

const unigramModel = z.object({
  type: z.literal('Unigram'),
  vocab: z.array(z.tuple([z.string(), z.number()])),
  unk_id: z.number().int(),
  byte_fallback: z.literal(false).default(false),
})

type TokenizerJson = z.infer<typeof tokenizerJson>

async function readJson(file: string): Promise<{ readonly bytes: Buffer; readonly json: object }> {
  try {
    const bytes = await readFile(file)
    const json: unknown = JSON.parse(bytes.toString())
    if (typeof json === 'object' && json !== null) return { bytes, json }
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${String(error)}`, { cause: error })
  }
  throw new Error(`${file} is no JSON object`)
}

/** A character that no text has where tokens are written out: it marks the place of the text in its frame. */
const place = '\u0000'

/** Ids that stand before and behind each text, as `[CLS]` and `[SEP]` do. */
function frameOf(library: Tokenizer, { added_tokens: added }: TokenizerJson): readonly [TokenIds, TokenIds] {
  const framed = library.post_processor?.([place], null, true).tokens ?? [place]
  const ids = framed.map((token: string) => added.find(({ content }) => content === token)?.id ?? -1)
  const at = framed.indexOf(place)
  return [ids.slice(0, at), ids.slice(at + 1)]
}

/** Ideographs beyond the first plane are words of their own, which the library overlooks. */
const farIdeograph = /[\u{20000}-\u{2FA1F}]/gu

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

interface Cutting {
  readonly library: Tokenizer
  /** Appends the ids of a text that was normalised, until there are `most` or some more. */
  append(text: string, into: number[], most: number): void
  /** The same for a text before it is normalised; false when the normaliser has to be asked. */
  appendPlain(text: string, into: number[], most: number): boolean
}

/** Unigram is cut here: the library is slow at it, and of two equally likely ways it takes another than Python's. */
function unigramCutting(json: TokenizerJson): Cutting | null {
  const model = unigramModel.safeParse(json.model)
  if (!model.success || !metaspace.safeParse(json.pre_tokenizer).success) return null
  const library = new Tokenizer({ ...json, model: { type: 'WordPiece', vocab: {}, unk_token: place } }, {})
  const words = new SpacedWords(model.data)
  const special = new Set(json.added_tokens.map(({ content }) => content.codePointAt(0) ?? 0))
  const plain = plainCharacters(json.normalizer, (text) => library.normalizer?.(text) ?? text, special.add(0x2581))
  return {
    library,
    append: (text, into, most) => words.append(text, into, most),
    appendPlain: (text, into, most) => plain !== null && words.appendPlain(text, plain, into, most),
  }
}

function libraryCutting(json: TokenizerJson): Cutting {
  const library = new Tokenizer(json, {})
  const idOf = (token: string): number => library.token_to_id(token) ?? library.model.unk_token_id ?? 0
  const known = rememberPieces((piece) => library.model([piece]).map(idOf))
  return {
    library,
    append: (text, into, most) => {
      const before = into.length
      if (text === '') return
      for (const piece of library.pre_tokenizer?.(text, { section_index: 0 }) ?? [text]) {
        if (into.length - before >= most) return
        for (const id of known(piece)) into.push(id)
      }
    },
    appendPlain: () => false,
  }
}

/** What is made of a tokenizer.json. */
interface Parts extends Cutting {
  readonly json: TokenizerJson
}

/** Ids of texts of at most so many tokens. */
function encoderOf({ json, library, append, appendPlain }: Parts, maxTokens: number): Encode {
  const [before, after] = frameOf(library, json)
  const most = maxTokens - before.length - after.length
  const ideographs = json.normalizer?.type === 'BertNormalizer' && json.normalizer.handle_chinese_chars !== false
  const special = new RegExp(json.added_tokens.map(({ content }) => escaped(content)).join('|') || '(?!)', 'u')
  let whole: Tokenizer | undefined

  const framed = (ids: number[]): TokenIds => {
    if (ids.length > most + before.length) ids.length = most + before.length
    for (const id of after) ids.push(id)
    return ids
  }
  return (text) => {
    const ids = before.slice()
    if (appendPlain(text, ids, most)) return framed(ids)
    const apart = ideographs ? text.replace(farIdeograph, ' $& ') : text
    const normal: string = library.normalizer?.(apart) ?? apart
    if (special.test(apart) || special.test(normal)) {
      whole ??= new Tokenizer(json, {})
      const all: TokenIds = whole.encode(apart).ids
      return all.length <= maxTokens ? all : [...all.slice(0, maxTokens - after.length), ...after]
    }
    append(normal, ids, most)
    return framed(ids)
  }
}

/** Makes one tokenizer of files that say the same, with the words that it remembers: tens of megabytes each. */
export class Tokenizers {
  /** By what the file holds; those that nobody uses any more are collected. */
  readonly #known = new Map<string, WeakRef<Parts>>()

  /**
   * Loads tokenizer.json (WordPiece, byte-level BPE or Unigram). A text of more than `maxTokens` tokens keeps its head
   * and the closing special tokens. Ids are those of the `tokenizers` library of Python.
   * @throws Error for a file that cannot be used
   */
  async load(dir: string, maxTokens: number): Promise<Encode> {
    const file = join(dir, 'tokenizer.json')
    const { bytes, json } = await readJson(file)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const parts = this.#known.get(digest)?.deref() ?? this.#make(file, json)
    this.#known.set(digest, new WeakRef(parts))
    return encoderOf(parts, maxTokens)
  }

  #make(file: string, from: object): Parts {
    const parsed = tokenizerJson.safeParse(from)
    if (!parsed.success) throw new Error(`${file} cannot be used: ${z.prettifyError(parsed.error)}`)
    const json = parsed.data
    return { json, ...(unigramCutting(json) ?? libraryCutting(json)) }
  }
}

/** Loads one tokenizer alone: see `Tokenizers.load`. */
export const loadTokenizer = (dir: string, maxTokens: number): Promise<Encode> => new Tokenizers().load(dir, maxTokens)
