import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `partition_firstBlock_lastBlock_level`, with the version of a mutation behind it where there was one. */
const partName = /^(\w+)_(\d+)_(\d+)_\d+(?:_\d+)?$/
const logName = /^deduplication_log_(\d+)\.txt$/

interface PartRange {
  readonly partition: string
  readonly first: number
  readonly last: number
}

function rangeOf(name: string): PartRange | undefined {
  const match = partName.exec(name)
  if (match?.[1] === undefined || name.startsWith('tmp')) return undefined
  return { partition: match[1], first: Number(match[2]), last: Number(match[3]) }
}

/** Folders of tables: `store/abc/abcdef.../`. */
function tableFolders(dir: string): string[] {
  const store = join(dir, 'store')
  if (!existsSync(store)) return []
  return readdirSync(store).flatMap((prefix) => readdirSync(join(store, prefix)).map((id) => join(store, prefix, id)))
}

function logFiles(folder: string): string[] {
  const logs = join(folder, 'deduplication_logs')
  if (!existsSync(logs)) return []
  return readdirSync(logs)
    .flatMap((name) => {
      const match = logName.exec(name)
      return match === null ? [] : [{ file: join(logs, name), number: Number(match[1]) }]
    })
    .sort((left, right) => left.number - right.number)
    .map(({ file }) => file)
}

/** Block ids that the logs hold, with the part that each became. */
function rememberedBlocks(files: readonly string[]): Map<string, string> {
  const blocks = new Map<string, string>()
  for (const file of files) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [operation, part, id] = line.split('\t')
      if (part === undefined || id === undefined) continue
      if (operation === '1') blocks.set(id, part)
      else blocks.delete(id)
    }
  }
  return blocks
}

function repairTable(folder: string): number {
  const files = logFiles(folder)
  const newest = files.at(-1)
  if (newest === undefined) return 0
  const parts = readdirSync(folder).flatMap((name) => rangeOf(name) ?? [])
  const lastBlock = Math.max(0, ...parts.map(({ last }) => last))
  let repaired = 0
  for (const [id, name] of rememberedBlocks(files)) {
    const block = rangeOf(name)
    if (block === undefined || block.first <= lastBlock) continue
    appendFileSync(newest, `2\t${name}\t${id}\n`)
    repaired += 1
  }
  return repaired
}

/**
 * Makes the memory of written blocks true again after a crash; to be called before the engine opens the directory.
 *
 * MergeTree notes a block in its deduplication log and only then renames its part into place (seen in the system calls
 * of 26.7). A process killed between the two leaves a note without a part: the block written again would be taken for
 * a duplicate, and its rows be lost, in the table or in a roll-up. Such a part would have the highest block number of
 * its table, since blocks are written one after the other; merges, which only join older blocks, cannot look like it.
 * @returns how many notes were taken back.
 */
export function repairDeduplicationLogs(dir: string): number {
  return tableFolders(dir).reduce((sum, folder) => sum + repairTable(folder), 0)
}
