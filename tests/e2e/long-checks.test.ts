import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'

const benches = readdirSync(projectPath('dist/bench')).flatMap((file) => /^([a-z-]+)\.bench\.js$/.exec(file)?.[1] ?? [])
const checks = ['crash', 'oracle', 'rolling'].map(
  (name) => [`verify:${name}`, [`tests/verify/verify-${name}.js`]] as const,
)
const measured = benches.map((name) => [`bench -- ${name}`, ['bench/main.js', name]] as const)

/** Not parts of the tests: they take long. What runs the tests resolves imports in its own way, and cannot tell. */
describe('what is run by a command of its own', () => {
  it.each([...checks, ...measured])('%s starts in Node as it is, and says which option it does not know', (_, args) => {
    const [script = '', ...rest] = args
    const { status, stderr } = spawnSync(process.execPath, [projectPath(`dist/${script}`), ...rest, '--no-such'], {
      encoding: 'utf8',
    })
    expect(stderr).toMatch(/Unknown option '--no-such'/)
    expect(status).toBe(1)
  })
})
