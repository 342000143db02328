import { randomUUID } from 'node:crypto'
import type { TaskId } from '../engine/ports/log.js'
import type { Duration } from '../engine/time.js'
import { longestAway, StateTakenOver } from './disk-state.js'
import { openChangelog, type SessionParts, taskName } from './session.js'

/** Between two looks at a changelog, and after a failure, in milliseconds. */
const pauseBetween: Duration = 1_000
/** How often a copy to which nothing comes is noted to be up to date, in milliseconds. */
const noteEvery: Duration = 3_600_000

/**
 * Keeps a copy of the state of a task that another worker runs, a second behind at most, until the signal: whoever takes
 * the task over finds it in its folder, and reads the rest of the changelog alone. A changelog is read as far as
 * transactions in it are settled, so that the copy is what some commit left. A session of the task in this folder makes
 * an end of it.
 */
export async function keepStandby(task: TaskId, parts: SessionParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(task, parts, signal)
    } catch (error) {
      if (error instanceof StateTakenOver) break
      // What keeps it from the brokers, keeps the owner from them, who tells. A copy that is behind is only slower.
      await pause(pauseBetween, signal)
    }
  }
  parts.standby(task, null)
}

async function follow(task: TaskId, parts: SessionParts, signal: AbortSignal): Promise<void> {
  const changelog = await openChangelog(task, parts)
  const state = parts.openState(taskName(task, parts), `standby-${randomUUID()}`)
  try {
    let read = Date.now()
    let noted = read
    while (!signal.aborted) {
      const begun = Date.now()
      // What was deleted while the process slept may be gone from the changelog without a word.
      if (begun - read > longestAway) state.clear()
      await changelog.restore(state, (_, left) => parts.standby(task, left))
      const now = Date.now()
      if (now - begun < longestAway) read = begun
      if (now - noted > noteEvery && state.checkpoint !== null) {
        state.apply([], state.checkpoint)
        noted = now
      }
      await pause(pauseBetween, signal)
    }
  } finally {
    await state.close()
  }
}

/** Until the time is over, or the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, milliseconds)
    signal.addEventListener('abort', over)
    if (signal.aborted) over()
  })
}
