import { statfsSync } from 'node:fs'

/**
 * Nothing was written: the disk, the quota or the address space has no room, or the disk failed (LMDB calls a write of
 * which the disk took only a part an input/output error). The next write works when there is room.
 */
export class StorageFull extends Error {
  override readonly name = 'StorageFull'
}

/** The environment cannot be read as what it should be. Nothing was changed. */
export class DamagedEnvironment extends Error {
  override readonly name = 'DamagedEnvironment'
}

/** The folder was written by a newer version of the program. Nothing was changed. */
export class NewerFormat extends Error {
  override readonly name = 'NewerFormat'
  constructor(dir: string, found: number, known: number) {
    super(
      `${dir} is of format ${found}, and this version knows formats up to ${known}: ` +
        'start the newer version that wrote it, or choose another data directory',
    )
  }
}

/** The folder was written by an older version of the program, in a format that this one does not read. Nothing was changed. */
export class OlderFormat extends Error {
  override readonly name = 'OlderFormat'
  constructor(dir: string, found: number, known: number) {
    super(
      `${dir} is of format ${found}, and this version reads format ${known} alone: ` +
        'start the older version that wrote it, or choose another data directory',
    )
  }
}

/** ENOSPC, EDQUOT, EFBIG, ENOMEM, EIO and MDB_MAP_FULL, by their numbers. */
const fullCodes: ReadonlySet<unknown> = new Set([28, 122, 27, 12, 5, -30792])
const damageSigns = /MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|MDB_VERSION_MISMATCH/

/** Names the place and the remedy of what LMDB threw. */
export function storageError(error: unknown, dir: string): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const code = (error as { code?: unknown }).code
  if (fullCodes.has(code)) {
    return new StorageFull(
      `no room to write in ${dir}, or its disk fails (${error.message}; ${freeBytes(dir)}): nothing of this write was ` +
        'kept, what was acknowledged is safe; make room, and writing goes on',
      { cause: error },
    )
  }
  if (damageSigns.test(error.message)) {
    return new DamagedEnvironment(
      `the environment in ${dir} is damaged (${error.message}): it was left as it is; restore the folder from a ` +
        'backup, or move it away and replay the sources',
      { cause: error },
    )
  }
  if (/MDB_PANIC/.test(error.message)) {
    return new Error(
      `the environment in ${dir} takes no more writes since one failed half-way (${error.message}): start the process ` +
        'again, what was acknowledged is safe',
      { cause: error },
    )
  }
  return error
}

function freeBytes(dir: string): string {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return `${Math.floor((bavail * bsize) / 2 ** 20)} MiB free`
  } catch {
    return 'free space unknown'
  }
}
