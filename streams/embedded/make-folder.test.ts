import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../tests/support/scratch.js'
import { makeFolder, nearestFolder } from './make-folder.js'

let scratch: ReturnType<typeof scratchFolder>
beforeEach(() => {
  scratch = scratchFolder()
})
afterEach(() => scratch.remove())

describe('a folder', () => {
  it('is made with all that is missing above it, and again without complaint', () => {
    const path = join(scratch.dir, 'a', 'b', 'c')
    expect(nearestFolder(path)).toBe(scratch.dir)
    makeFolder(path)
    makeFolder(path)
    expect(nearestFolder(path)).toBe(path)
  })

  it('cannot be made below a file, or in its place', () => {
    const file = join(scratch.dir, 'file')
    writeFileSync(file, '')
    expect(() => makeFolder(file)).toThrow(/EEXIST/)
    expect(() => makeFolder(join(file, 'a', 'b'))).toThrow(/EEXIST|ENOTDIR/)
  })

  // With CI set a part that is missing fails.
  const missing = !existsSync('/proc/self') && process.env.CI === undefined
  if (missing) process.stderr.write('\nSKIPPED: folders that the system refuses: there is no /proc here\n\n')
  const kernel = missing ? it.skip : it
  kernel('fails at once where the system makes no folders', () => {
    expect(() => makeFolder('/proc/pulso/data')).toThrow(/ENOENT/)
  })
})
