// Builds what is out of date: TypeScript to dist/ (types erased, one file to one file), the board to dist/web.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'dist')
const web = join(root, 'dashboard', 'web')
const sources = [
  'streams',
  'processors',
  'models',
  'schemas',
  'connectors',
  'sinks',
  'dashboard/server',
  'tests',
  'bench',
]

/** @param {string} folder @returns {string[]} every file below the folder */
function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
}

const modifiedAt = (/** @type {string} */ file) => (existsSync(file) ? statSync(file).mtimeMs : 0)

function buildEngine() {
  let built = 0
  const kept = new Set()
  for (const file of sources.flatMap((folder) => filesBelow(join(root, folder)))) {
    if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue
    const target = join(out, relative(root, file)).replace(/\.ts$/, '.js')
    kept.add(target)
    if (modifiedAt(target) > modifiedAt(file)) continue
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'es2023',
      sourcefile: file,
      sourcemap: 'inline',
    })
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(`${target}.${process.pid}`, code)
    renameSync(`${target}.${process.pid}`, target)
    built += 1
  }
  // a module that was renamed or taken out must not go on being tested or imported
  for (const file of sources.flatMap((folder) => filesBelow(join(out, folder)))) {
    if (file.endsWith('.js') && !kept.has(file)) rmSync(file, { force: true })
  }
  return built
}

async function buildBoard() {
  if (!existsSync(join(web, 'index.html'))) return false
  const index = join(out, 'web', 'index.html')
  const newest = Math.max(...filesBelow(web).map(modifiedAt))
  if (modifiedAt(index) > newest) return false
  const { build } = await import('vite')
  await build({ root: web, logLevel: 'warn', build: { outDir: join(out, 'web'), emptyOutDir: true } })
  return true
}

const built = buildEngine()
const board = process.argv.includes('--no-board') ? false : await buildBoard()
if (built > 0 || board) process.stderr.write(`built ${built} modules${board ? ' and the board' : ''}\n`)
