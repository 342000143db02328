import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DamagedEnvironment } from './errors.js'

export const dataFile = 'data.mdb'

const magic = 0xbeefc0de
/** Layout of the first page: a header of 24 bytes, then the meta data (struct MDB_meta of LMDB 1.0). */
const metaAt = 24
const metaBytes = 144
const pageSizeAt = metaAt + 24
const lastPageAt = metaAt + 120
const pageSizes = { least: 256, most: 65_536 }

/**
 * Looks at an environment's file before LMDB maps it, since a map that is longer than its file kills the process at the
 * first look beyond its end. Reads only.
 * @param expected whether the environment is known to hold something
 * @throws DamagedEnvironment when the file is missing, empty, garbage, or shorter than its own meta data say
 */
export function inspectEnvironment(dir: string, expected: boolean): void {
  const path = join(dir, dataFile)
  const damaged = (what: string) =>
    new DamagedEnvironment(
      `${path} ${what}: it was left as it is; restore the folder from a backup, or move it away and replay the sources`,
    )
  if (!existsSync(path)) {
    if (expected) throw damaged('is missing')
    return
  }
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size === 0 && !expected) return
    const first = Buffer.alloc(metaAt + metaBytes)
    if (readSync(file, first, 0, first.length, 0) < first.length) throw damaged(`has only ${size} bytes`)
    if (first.readUInt32LE(metaAt) !== magic) throw damaged('does not begin as an environment')
    const pageSize = first.readUInt32LE(pageSizeAt)
    if (pageSize < pageSizes.least || pageSize > pageSizes.most) throw damaged(`has pages of ${pageSize} bytes`)
    const second = Buffer.alloc(metaAt + metaBytes)
    readSync(file, second, 0, second.length, pageSize)
    if (second.readUInt32LE(metaAt) !== magic) throw damaged('has lost its second page')
    const pages = newest(first, second).readBigUInt64LE(lastPageAt) + 1n
    if (BigInt(size) < pages * BigInt(pageSize))
      throw damaged(`was cut short: ${size} bytes are left of ${pages * BigInt(pageSize)}`)
  } finally {
    closeSync(file)
  }
}

const transactionAt = lastPageAt + 8

const newest = (first: Buffer, second: Buffer): Buffer =>
  second.readBigUInt64LE(transactionAt) > first.readBigUInt64LE(transactionAt) ? second : first
