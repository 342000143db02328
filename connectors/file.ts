import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { readCsv } from './csv.js'
import type { SourceItem } from './item.js'
import { readJsonLines } from './json-lines.js'
import { type Line, readLines } from './lines.js'

export type FileFormat = 'jsonl' | 'csv'

/**
 * Reads the records of a file: JSON Lines or CSV by its name (or the argument), plain or gzipped by its first bytes.
 * @param limit most bytes of one record
 * @throws Error that names the file when it cannot be opened or its format cannot be told
 */
export async function* readFile(file: string, limit: number, format = formatOf(file)): AsyncGenerator<SourceItem> {
  const chunks = await chunksOf(file)
  yield* format === 'csv' ? readCsv(chunks, limit) : readJsonLines(chunks, limit)
}

/** The lines of a file as they are, plain or gzipped. @throws as readFile */
export async function* readFileLines(file: string, limit: number): AsyncGenerator<Line> {
  yield* readLines(await chunksOf(file), limit)
}

async function chunksOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`)
  })
  const head = Buffer.alloc(2)
  await handle.read(head, 0, 2, 0)
  await handle.close()
  const gzipped = head[0] === 0x1f && head[1] === 0x8b
  const plain = createReadStream(file)
  return gzipped ? gunzipped(plain, file) : plain
}

async function* gunzipped(plain: NodeJS.ReadableStream, file: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  plain.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  try {
    yield* gunzip
  } catch (error) {
    throw new Error(`${file} is damaged: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The format that the name of a file tells: `.jsonl`, `.ndjson`, `.json` or `.csv`, `.tsv`, each also with `.gz`. */
export function formatOf(file: string): FileFormat {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (/\.(jsonl|ndjson|json)$/.test(name)) return 'jsonl'
  if (isCsv(name)) return 'csv'
  throw new Error(`cannot tell the format of ${file} from its name: give --format jsonl or --format csv`)
}

/** Whether the name of a file says that it holds CSV. */
export const isCsv = (file: string): boolean => /\.(csv|tsv)(\.gz)?$/i.test(file)
