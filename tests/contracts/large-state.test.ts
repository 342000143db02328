import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { sharedBroker, whyNoBroker } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { smallHeap } from '../support/small-heap.js'

/** 100 MB of values, half as much again as the heap may hold. */
const entries = 100_000
const scratch = scratchFolder()
afterAll(() => scratch.remove())

function run(...args: readonly string[]) {
  const script = projectPath('dist/tests/support/large-state.js')
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, '--entries', `${entries}`, ...args], {
    env: { ...process.env, ...smallHeap },
    encoding: 'utf8',
  })
  return { ended: signal ?? status, right: Number(stdout || Number.NaN), stderr }
}

describe('state that is larger than the heap', () => {
  it('is larger: kept among objects it ends the process', () => {
    const { ended, stderr } = run('--kept')
    expect(ended).not.toBe(0)
    expect(stderr).toContain('heap out of memory')
  })

  it('is kept on disk by the embedded backend, and all of it is read back', () => {
    expect(run('--dir', join(scratch.dir, 'embedded'))).toMatchObject({ ended: 0, right: entries })
  })

  const withBroker = whyNoBroker() === null ? it : it.skip
  withBroker('is kept on disk by a worker on Kafka, and all of it is read back', async () => {
    const name = `large-${randomUUID().slice(0, 8)}`
    const args = ['--dir', join(scratch.dir, 'kafka'), '--broker', await sharedBroker(), '--name', name]
    expect(run(...args)).toMatchObject({ ended: 0, right: entries })
  })
})
