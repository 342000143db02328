import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Child, startChild } from '../../tests/support/child.js'
import { scratchFolder } from '../../tests/support/scratch.js'
import { acquireDataDirectory, DataDirectoryInUse } from './data-directory.js'

let scratch: ReturnType<typeof scratchFolder>
let children: Child[]

beforeEach(() => {
  scratch = scratchFolder()
  children = []
})

afterEach(async () => {
  for (const child of children) if (child.process.exitCode === null) await child.end('SIGKILL')
  scratch.remove()
})

const start = (dir = scratch.dir) => {
  const child = startChild('folder-owner.js', [dir])
  children.push(child)
  return child
}

describe('acquireDataDirectory', () => {
  it('refuses a second process, and names the first and what to do', async () => {
    const first = start()
    expect(await first.line()).toBe('owner')
    const taking = acquireDataDirectory(scratch.dir)
    await expect(taking).rejects.toThrow(DataDirectoryInUse)
    await expect(taking).rejects.toMatchObject({ pid: first.process.pid })
    await expect(taking).rejects.toThrow(new RegExp(`${scratch.dir} belongs to process ${first.process.pid}.*stop`))
    expect(await start().line()).toMatch(/^DataDirectoryInUse/)
  })

  it('refuses the same process too, until it released the folder', async () => {
    const held = await acquireDataDirectory(scratch.dir)
    await expect(acquireDataDirectory(scratch.dir)).rejects.toMatchObject({ pid: process.pid })
    await held.release()
    await (await acquireDataDirectory(scratch.dir)).release()
  })

  it('takes over from a process that was killed, and from one that ended', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const child = start()
      expect(await child.line()).toBe('owner')
      await child.end(signal)
    }
    const last = start()
    expect(await last.line()).toBe('owner')
    last.process.stdin.end()
    expect(await last.line()).toBeUndefined()
    await (await acquireDataDirectory(scratch.dir)).release()
    expect(readdirSync(scratch.dir)).toHaveLength(1)
  })

  it('has exactly one owner when several start at once, whether or not one was killed before', async () => {
    for (let round = 0; round < 3; round++) {
      const contenders = Array.from({ length: 4 }, () => start())
      const verdicts = await Promise.all(contenders.map((child) => child.line()))
      expect(verdicts.filter((verdict) => verdict === 'owner')).toHaveLength(1)
      await contenders[verdicts.indexOf('owner')]?.end('SIGKILL')
    }
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const dir = join(scratch.dir, 'long'.repeat(30))
    mkdirSync(dir)
    const child = start(dir)
    expect(await child.line()).toBe('owner')
    await expect(acquireDataDirectory(dir)).rejects.toThrow(DataDirectoryInUse)
    await child.end('SIGKILL')
    await (await acquireDataDirectory(dir)).release()
  })
})
