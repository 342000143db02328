import { setImmediate as turn } from 'node:timers/promises'

/** Resolves after so many turns of this process's loop: a moment in the midst of what others do, by no clock. */
export async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await turn()
}
