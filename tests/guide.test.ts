import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { transformSync } from 'esbuild'
import { projectPath } from '../streams/project.js'

/** The modules of the guide: each block of TypeScript begins with the file that it is. */
const modules = new Map(
  [...readFileSync(projectPath('CONTRIBUTING.md'), 'utf8').matchAll(/^```ts\n\/\/ (\S+)\.ts\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', code = '']) => [path, code] as const,
  ),
)
const folder = projectPath(`dist/guide-${process.pid}`)
const placeOf = (path: string) => join(folder, `${path}.js`)

/** Built as the other modules are; imports lead to those of the guide, else to those of the project. */
function build(path: string, code: string): void {
  const { code: built } = transformSync(code, { loader: 'ts', format: 'esm', target: 'es2023' })
  const linked = built.replace(/from "(\.[^"]+)\.js"/g, (_, name: string) => {
    const target = relative(projectPath(''), resolve(projectPath(dirname(path)), name))
    return `from "${modules.has(target) ? placeOf(target) : projectPath(`dist/${target}.js`)}"`
  })
  mkdirSync(dirname(placeOf(path)), { recursive: true })
  writeFileSync(placeOf(path), linked)
}

for (const [path, code] of modules) build(path, code)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the guide for contributors', () => {
  it('shows a processor, a topology and a sink', () => {
    expect([...modules.keys()].map((path) => path.split('/')[0])).toEqual(
      expect.arrayContaining(['processors', 'streams', 'sinks']),
    )
  })
})

// its tests become tests of this module
for (const path of modules.keys()) if (path.endsWith('.test')) await import(placeOf(path))
