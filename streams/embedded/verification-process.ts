import { open } from 'lmdb'
import { Batch } from './batch.js'
import { tableNames } from './tables.js'

/* Reads every entry of the environment named by the first argument. Exit code 0: all of it could be read. */

const [dir = ''] = process.argv.slice(2)
const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
try {
  const root = open<Uint8Array, Uint8Array>({
    path: dir,
    readOnly: true,
    maxDbs: tableNames.length + 2,
    noSubdir: false,
    ...binary,
  })
  for (const name of tableNames) {
    const table = root.openDB<Uint8Array, Uint8Array>(name, binary)
    for (const { value } of table.getRange({})) if (name === 'log') new Batch(new Uint8Array(value))
  }
  await root.close()
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
