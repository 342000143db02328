import { describe, expect, it } from '@jest/globals'
import { manualClock } from '../../tests/support/manual-clock.js'
import { OwnedTasks } from './owned-tasks.js'

/** Tasks that stop when the test says so. */
function started() {
  const clock = manualClock()
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const tasks = new OwnedTasks({
    clock,
    drainTimeout: 100,
    released: () => log.push('released'),
    run: (task, signal) => {
      log.push(`start ${task}`)
      signal.addEventListener('abort', () => log.push(`stop ${task}`))
      return new Promise((resolve) => ends.set(task, resolve))
    },
  })
  const end = async (task: string) => {
    ends.get(task)?.()
    await new Promise(setImmediate)
  }
  return { clock, log, tasks, end }
}

describe('the tasks of a worker', () => {
  it('are started and stopped as it is told, and owned until they have stopped', async () => {
    const { log, tasks, end } = started()
    tasks.assign({ tasks: ['a', 'b'] })
    tasks.assign({ tasks: ['b', 'c'] })
    expect(log).toEqual(['start a', 'start b', 'stop a', 'start c'])
    expect(tasks.owned).toEqual(['a', 'b', 'c'])
    await end('a')
    expect(log.at(-1)).toBe('released')
    expect(tasks.owned).toEqual(['b', 'c'])
  })

  it('are started again when they are wanted again before they have stopped, after the first run has ended', async () => {
    const { log, tasks, end } = started()
    tasks.assign({ tasks: ['a'] })
    tasks.assign({ tasks: [] })
    tasks.assign({ tasks: ['a'] })
    expect(log).toEqual(['start a', 'stop a'])
    await end('a')
    expect(log).toEqual(['start a', 'stop a', 'start a'])
  })

  it('are given up when they do not stop in time; what they do afterwards changes nothing', async () => {
    const { clock, log, tasks, end } = started()
    tasks.assign({ tasks: ['a'] })
    const closed = tasks.close()
    clock.advance(99)
    expect(tasks.owned).toEqual(['a'])
    clock.advance(100)
    await closed
    expect(tasks.owned).toEqual([])
    await end('a')
    expect(log).toEqual(['start a', 'stop a', 'released'])
  })
})
