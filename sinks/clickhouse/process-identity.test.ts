import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, it } from '@jest/globals'
import { askedUntil } from '../../tests/support/asked-until.js'
import { isAlive, startOf } from './process-identity.js'

it('tells this process from one that has its number', () => {
  expect(isAlive(process.pid, startOf(process.pid))).toBe(true)
  expect(isAlive(process.pid, '')).toBe(true)
  if (existsSync('/proc/self/stat')) expect(isAlive(process.pid, '1')).toBe(false)
})

// elsewhere the system does not say what became of a process
const whereItIsSaid = existsSync('/proc/self/stat') ? it : it.skip

whereItIsSaid('does not take a killed process for alive whose parent never asks about it', async () => {
  // the shell becomes a program that knows of no child
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]()
    const pid = Number((await lines.next()).value)
    // who answers is that program: the shell might still ask about its child
    parent.stdin.write('there\n')
    expect((await lines.next()).value).toBe('there')
    const start = startOf(pid)
    expect(isAlive(pid, start)).toBe(true)
    process.kill(pid, 'SIGKILL')
    await askedUntil(
      async () => isAlive(pid, start),
      (alive) => !alive,
    )
    expect(() => process.kill(pid, 0)).not.toThrow()
  } finally {
    parent.kill('SIGKILL')
    await once(parent, 'exit')
  }
})
