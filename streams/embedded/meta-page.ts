import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/** What an environment's file says about itself, read without LMDB. */
export interface EnvironmentMeta {
  readonly pageSize: number
  /** Pages that the newest transaction counts, free ones at the end included. */
  readonly pages: number
  readonly transaction: bigint
  /** Run of the operating system that wrote it; 0 where that is unknown. */
  readonly bootId: bigint
  /** Bytes of the file. */
  readonly size: number
}

const magic = 0xbeefc0de
/** The first two pages: a header of 24 bytes, then the meta data (struct MDB_meta of LMDB 1.0, as lmdb 3 brings it). */
const magicAt = 24
const pageSizeAt = 48
const lastPageAt = 144
const transactionAt = 152
const bootIdAt = 160
const metaBytes = 168
const pageSizes = { least: 256, most: 65_536 }

/** @returns what is wrong with the file, as the end of a sentence that begins with its path */
export function readMeta(path: string): EnvironmentMeta | string {
  const file = openSync(path, 'r')
  try {
    const first = Buffer.alloc(metaBytes)
    const read = readSync(file, first, 0, metaBytes, 0)
    if (read < metaBytes) return `has only ${read} bytes`
    if (first.readUInt32LE(magicAt) !== magic) return 'does not begin as an environment'
    const pageSize = first.readUInt32LE(pageSizeAt)
    if (pageSize < pageSizes.least || pageSize > pageSizes.most) return `claims pages of ${pageSize} bytes`
    const second = Buffer.alloc(metaBytes)
    readSync(file, second, 0, metaBytes, pageSize)
    if (second.readUInt32LE(magicAt) !== magic) return 'has lost its second page'
    const newest = second.readBigUInt64LE(transactionAt) > first.readBigUInt64LE(transactionAt) ? second : first
    return {
      pageSize,
      pages: Number(newest.readBigUInt64LE(lastPageAt)) + 1,
      transaction: newest.readBigUInt64LE(transactionAt),
      bootId: newest.readBigUInt64LE(bootIdAt),
      // After the meta data: a writer at work extends the file before it counts the pages.
      size: fstatSync(file).size,
    }
  } finally {
    closeSync(file)
  }
}

/** The present run of the operating system as LMDB writes it down; 0 where it cannot be told. */
export function presentBootId(): bigint {
  try {
    const uuid = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    return BigInt(`0x${uuid.slice(0, uuid.indexOf('-'))}`)
  } catch {
    return 0n
  }
}
