import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { scratchFolder } from './support/scratch.js'

const { dir, remove } = scratchFolder()
afterAll(remove)

/** Runs one passing test and one that is skipped, as the project's are run. */
function run(ci: string) {
  writeFileSync(
    join(dir, 'some.test.mjs'),
    `it('passes', () => {})\nit.skip('needs a part that is not here', () => {})\n`,
  )
  const reporters = ['default', projectPath('scripts/count-reporter.mjs')]
  const config = { rootDir: dir, testMatch: ['**/*.test.mjs'], transform: {}, testEnvironment: 'node', reporters }
  const jest = projectPath('node_modules/jest/bin/jest.js')
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', jest, '--config', JSON.stringify(config)],
    { cwd: dir, encoding: 'utf8', env: { ...process.env, CI: ci } },
  )
  return { status, lines: stdout.trim().split('\n') }
}

describe('a test that is skipped', () => {
  it('is named, and counted in the last line', () => {
    const { status, lines } = run('')
    expect(lines).toContain('SKIPPED: needs a part that is not here')
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
    expect(status).toBe(0)
  })

  it('fails the run where CI is set', () => {
    const { status, lines } = run('true')
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
    expect(status).not.toBe(0)
  })
})
