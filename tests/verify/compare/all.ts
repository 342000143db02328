import type { Instance } from '../../../streams/app/instance.js'
import type { Compared } from '../comparison.js'
import type { Expected } from '../oracle/oracle.js'
import type { Placed } from '../oracle/topic-log.js'
import { compareInput } from './input.js'
import { compareLetters } from './letters.js'
import { compareMentions } from './mentions.js'
import { asOffset, type RankOf } from './places.js'
import { compareAspects, compareInSql, compareRollups } from './rollups.js'
import { compareFinals, openWindowsSettled } from './windows.js'

/**
 * Everything that is in the topics and the tables.
 * @param rankOf the place of a record of the input among those of its partition
 */
export async function compareAll(
  instance: Instance,
  sent: readonly Placed[],
  expected: Expected,
  rankOf: RankOf = asOffset,
): Promise<readonly Compared[]> {
  return [
    ...(await compareInput(instance, sent, rankOf)),
    ...(await compareMentions(instance, expected)),
    ...(await compareFinals(instance, expected)),
    ...(await compareRollups(instance, expected)),
    ...(await compareAspects(instance, expected)),
    ...(await compareInSql(instance)),
    ...(await compareLetters(instance, expected, rankOf)),
    await openWindowsSettled(instance, expected),
  ]
}
