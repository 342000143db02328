import type { Instance } from '../../../streams/app/instance.js'
import type { Compared } from '../comparison.js'
import type { Expected } from '../oracle/oracle.js'
import type { Placed } from '../oracle/topic-log.js'
import { compareInput } from './input.js'
import { compareLetters } from './letters.js'
import { compareMentions } from './mentions.js'
import { compareInSql, compareRollups } from './rollups.js'
import { compareFinals, openWindowsSettled } from './windows.js'

/** Everything that is in the topics and the tables. */
export async function compareAll(
  instance: Instance,
  sent: readonly Placed[],
  expected: Expected,
): Promise<readonly Compared[]> {
  return [
    ...(await compareInput(instance, sent)),
    ...(await compareMentions(instance, expected)),
    ...(await compareFinals(instance, expected)),
    ...(await compareRollups(instance, expected)),
    ...(await compareInSql(instance)),
    ...(await compareLetters(instance, expected)),
    await openWindowsSettled(instance, expected),
  ]
}
