import { once } from 'node:events'
import { acquireDataDirectory } from '../../streams/embedded/data-directory.js'

/* Tries to own the folder named by the first argument, says how that went, and keeps it until its input ends. */
const [dir = ''] = process.argv.slice(2)
try {
  const directory = await acquireDataDirectory(dir)
  console.log('owner')
  process.stdin.resume()
  await once(process.stdin, 'end')
  await directory.release()
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}
