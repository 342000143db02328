import { type Log, OffsetOutOfRange, type TaskSession } from '../engine/ports/log.js'
import { type Offset, partitionId, type TopicPartition } from '../engine/topic.js'

/** What a group does that finds records gone which it has yet to read: stop, or go on with the first that is left. */
export type OffsetReset = 'none' | 'earliest'

/** Offsets `[from, to)` of a partition that a group goes past unread. */
export interface LostRange {
  readonly at: TopicPartition
  readonly from: Offset
  readonly to: Offset
}

/**
 * Where a task begins to read, by what it committed and what the log still holds. Nothing is passed over in silence
 * (invariant 4): what is lost is committed as passed, then told.
 * @throws OffsetOutOfRange when records are gone and `reset` is `none`, or the log ends before what was committed
 */
export async function startingPositions(
  session: Pick<TaskSession, 'positions' | 'commit'>,
  inputs: readonly TopicPartition[],
  log: Pick<Log, 'bounds'>,
  reset: OffsetReset,
  tell: (lost: LostRange) => void,
): Promise<Map<string, Offset>> {
  const positions = new Map(session.positions)
  const lost: LostRange[] = []
  for (const at of inputs) {
    const position = positions.get(partitionId(at))
    if (position === undefined) continue
    const bounds = await log.bounds(at)
    if (position >= bounds.start && position <= bounds.end) continue
    if (position > bounds.end || reset === 'none') throw new OffsetOutOfRange(at, position, bounds)
    lost.push({ at, from: position, to: bounds.start })
    positions.set(partitionId(at), bounds.start)
  }
  if (lost.length > 0) await session.commit({ outputs: [], offsets: lost.map(({ at, to }) => ({ at, next: to })) })
  for (const range of lost) tell(range)
  return positions
}
