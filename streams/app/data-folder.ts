import type { Config } from '../config.js'
import { acquireDataDirectory, type DataDirectory } from '../embedded/data-directory.js'
import { makeFolder } from '../embedded/make-folder.js'

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that disk takes no writes',
  ENOENT: 'it cannot be made there',
}

/** Makes this process the owner of the data folder. @throws DataDirectoryInUse, or Error naming the folder and the setting */
export async function ownDataFolder({ dataDir }: Pick<Config, 'dataDir'>): Promise<DataDirectory> {
  try {
    return await acquireDataDirectory(dataDir)
  } catch (error) {
    throw explained(error, dataDir)
  }
}

/** Makes the data folder where it is missing. @throws Error naming the folder and the setting */
export function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir)
  } catch (error) {
    throw explained(error, dataDir)
  }
}

function explained(error: unknown, dataDir: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = reasons[code]
  if (reason === undefined) return error
  return new Error(`${dataDir} cannot be the data folder: ${reason}; set PULSO_DATA_DIR or give --data-dir`, {
    cause: error,
  })
}
