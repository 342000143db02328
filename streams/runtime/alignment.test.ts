import { describe, expect, it } from '@jest/globals'
import { manualClock } from '../../tests/support/manual-clock.js'
import { type Agreement, Alignment } from './alignment.js'

/** Agreements that were reached, by task. */
function watch(alignment: Alignment) {
  const reached = new Map<number, Agreement>()
  const agree = (task: number, horizon: number) => {
    reached.delete(task)
    return alignment.agree(task, horizon).then((agreement) => void reached.set(task, agreement))
  }
  return { agree, reached }
}

describe('tasks that keep step', () => {
  it('all go up to the least horizon, once the last of them has come', async () => {
    const { agree, reached } = watch(new Alignment(manualClock(), 300))
    await agree(0, 10)
    expect(reached.get(0)).toEqual({ until: 10, commits: false })
    const second = agree(1, 50)
    await Promise.resolve()
    expect(reached.has(1)).toBe(false)
    await Promise.all([agree(0, 70), second])
    expect(reached.get(0)?.until).toBe(50)
    expect(reached.get(1)?.until).toBe(50)
  })

  it('do not wait for one that has nothing left to read', async () => {
    const alignment = new Alignment(manualClock(), 300)
    const { agree, reached } = watch(alignment)
    await agree(1, 5)
    const waiting = agree(0, 70)
    await Promise.resolve()
    expect(reached.has(0)).toBe(false)
    alignment.leave(1)
    await waiting
    expect(reached.get(0)?.until).toBe(70)
  })

  it('do not wait long for one that is slow', async () => {
    const clock = manualClock()
    const { agree, reached } = watch(new Alignment(clock, 300))
    await agree(1, 5)
    const waiting = agree(0, 70)
    clock.advance(100)
    await waiting
    expect(reached.get(0)).toEqual({ until: 70, commits: true })
  })

  it('commit after the same round, an interval apart once they have begun', async () => {
    const clock = manualClock()
    const { agree, reached } = watch(new Alignment(clock, 300))
    const round = async () => {
      await Promise.all([agree(1, 20), agree(0, 10)])
      return [reached.get(0)?.commits, reached.get(1)?.commits]
    }
    await agree(0, 10)
    for (const at of [38, 113, 263, 563, 863]) {
      expect(await round()).toEqual([false, false])
      clock.advance(at - 1)
      expect(await round()).toEqual([false, false])
      clock.advance(at)
      expect(await round()).toEqual([true, true])
    }
  })

  it('commit soon again when they catch up anew', async () => {
    const clock = manualClock()
    const alignment = new Alignment(clock, 300)
    const { agree, reached } = watch(alignment)
    const commits = async (at: number) => {
      clock.advance(at)
      await agree(0, 10)
      return reached.get(0)?.commits
    }
    expect(await commits(0)).toBe(false)
    expect(await commits(300)).toBe(true)
    expect(await commits(374)).toBe(false)
    alignment.leave(0)
    expect(await commits(400)).toBe(false)
    expect(await commits(437)).toBe(false)
    expect(await commits(438)).toBe(true)
  })
})
