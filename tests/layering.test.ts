import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'

const root = projectPath('')
const layers = ['streams', 'processors', 'models', 'schemas', 'connectors', 'sinks', 'dashboard/server']

/** Who may import whom: a folder and the beginnings of what its modules may import from this project. */
const mayImport: readonly (readonly [folder: string, allowed: readonly string[]])[] = [
  ['streams/engine', ['streams/engine']],
  ['schemas', ['schemas', 'streams/engine']],
  ['processors', ['processors', 'streams/engine', 'schemas']],
  ['models', ['models', 'streams/engine', 'schemas', 'streams/project']],
  ['connectors', ['connectors', 'streams/engine', 'schemas']],
  ['sinks/clickhouse', ['sinks/clickhouse', 'streams/engine', 'schemas', 'streams/project']],
  ['sinks/live', ['sinks/live', 'streams/engine', 'schemas']],
  ['sinks/metrics', ['sinks/metrics', 'streams/engine']],
  ['dashboard/server', ['dashboard/server', 'sinks/live', 'sinks/metrics', 'streams/engine', 'schemas']],
  ['streams/embedded', ['streams/embedded', 'streams/state', 'streams/engine']],
  ['streams/kafka', ['streams/kafka', 'streams/state', 'streams/engine']],
  ['streams/state', ['streams/state', 'streams/engine']],
  ['streams/runtime', ['streams/runtime', 'streams/engine']],
  ['streams/topologies', ['streams/topologies', 'streams/engine', 'processors', 'schemas', 'streams/project']],
  ['streams/config', ['streams/config']],
]

interface Module {
  readonly path: string
  readonly text: string
}

const filesIn = (folders: readonly string[]): readonly Module[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ path: relative(root, file), text: readFileSync(file, 'utf8') })),
  )
const modules = filesIn(layers).filter(({ path }) => path.endsWith('.ts') && !path.endsWith('.test.ts'))

/** What a module imports: of this project as a path from its root, else the name of the package. */
function importsOf({ path, text }: Module): readonly string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
  )
  return [...found]
    .map((match) => match[1] ?? match[2] ?? '')
    .map((name) => (name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : name))
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

/** Imports of the module that the rules do not allow. */
function violations(module: Module): readonly string[] {
  const rule = mayImport.find(([folder]) => module.path.startsWith(`${folder}/`))
  if (rule === undefined) return []
  return importsOf(module)
    .filter((name) => layers.some((layer) => name.startsWith(`${layer}/`)))
    .filter((name) => !rule[1].some((allowed) => name === `${allowed}.js` || name.startsWith(`${allowed}/`)))
    .map((name) => `${module.path} imports ${name}`)
}

describe('layering', () => {
  it('is kept by every module', () => {
    expect(modules.length).toBeGreaterThan(100)
    expect(modules.flatMap(violations)).toEqual([])
  })

  it('is checked by a rule that finds a violation', () => {
    const bad = { path: 'streams/engine/clock.ts', text: "import { x } from '../runtime/clock.js'\n" }
    expect(violations(bad)).toEqual(['streams/engine/clock.ts imports streams/runtime/clock.js'])
  })

  it('keeps engine and processors free of clocks, randomness and the platform', () => {
    const pure = modules.filter(({ path }) => /^(streams\/engine|processors)\//.test(path))
    const impure =
      /from 'node:|\bDate\.now\(|new Date\(\)|Math\.random\(|\bset(Timeout|Interval|Immediate)\(|performance\.now\(|(?<![.\w])process\.(env|hrtime|memoryUsage|nextTick)/
    expect(pure.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('lets only config.ts read the environment', () => {
    const readers = modules.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path)
    expect(readers).toEqual(['streams/config.ts'])
  })

  it('has no module that silences the type checker', () => {
    const silenced = modules.filter(
      ({ text }) =>
        /@ts-(ignore|expect-error|nocheck)/.test(text) || /\bas any\b|as unknown as/.test(withoutComments(text)),
    )
    expect(silenced.map(({ path }) => path)).toEqual([])
  })

  it('has no file over 400 lines, tests and benchmarks included', () => {
    const all = filesIn([...layers, 'dashboard/web/src', 'tests', 'bench'])
    expect(all.some(({ path }) => path === 'tests/layering.test.ts')).toBe(true)
    expect(all.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path)).toEqual([])
  })
})
