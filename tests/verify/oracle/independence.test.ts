import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../../streams/project.js'

const folder = projectPath('tests/verify/oracle')

/** Types of records are gone once it is built. */
const withoutTypes = (code: string) =>
  code.replaceAll(/^import type .* from '\.\.\/\.\.\/\.\.\/schemas\/[a-z-]+\.js'$/gm, '')

describe('the oracle', () => {
  it('imports nothing but itself and the platform, and types of records, which are no code', () => {
    const modules = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const imports = modules.flatMap((name) =>
      Array.from(
        withoutTypes(readFileSync(join(folder, name), 'utf8')).matchAll(/\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)/g),
        (found) => found[1] ?? found[2],
      ),
    )
    expect(imports.filter((name) => !/^(node:|\.\/[a-z-]+\.js$)/.test(name ?? ''))).toEqual([])
    expect(imports.length).toBeGreaterThan(10)
  })
})
