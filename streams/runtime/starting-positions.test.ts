import { describe, expect, it } from '@jest/globals'
import { newGroup, newTopic, outgoing, partitionOf } from '../../tests/support/backends.js'
import { embeddedPlace } from '../../tests/support/embedded-place.js'
import { OffsetOutOfRange } from '../engine/ports/log.js'
import { offset, partition, partitionId } from '../engine/topic.js'
import { type LostRange, type OffsetReset, startingPositions } from './starting-positions.js'

/** A group that committed offset 1 of a partition whose first two records are gone. */
async function fallenBehind() {
  const place = await embeddedPlace()
  const backend = await place.open()
  const { name } = await backend.log.createTopic(newTopic({ retention: { time: 5, bytes: null } }), 1)
  const at = partitionOf(name)
  const task = { group: newGroup(), partition: partition(0), inputs: [at], stores: [] }
  const begin = async (reset: OffsetReset) => {
    const session = await backend.openSession(task)
    const lost: LostRange[] = []
    const positions = await startingPositions(session, [at], backend.log, reset, (range) => lost.push(range))
    return { lost, position: positions.get(partitionId(at)) }
  }
  for (const timestamp of [0, 0, 100]) await backend.log.append([outgoing(name, 'x', { timestamp })])
  const session = await backend.openSession(task)
  await session.commit({ outputs: [], offsets: [{ at, next: offset(1) }] })
  return { at, backend, begin, place }
}

describe('a group whose next records are gone', () => {
  it('stops with an error that says which, and what to do', async () => {
    const { backend, begin, place } = await fallenBehind()
    expect(await begin('none')).toMatchObject({ lost: [], position: 1 })
    await backend.maintain(50)
    const stopped = begin('none')
    await expect(stopped).rejects.toThrow(OffsetOutOfRange)
    await expect(stopped).rejects.toThrow(/offset 1 of .* holds 2 to 3.*PULSO_OFFSET_RESET=earliest/)
    await place.remove()
  })

  it('goes on behind them when told to, and says once what was lost', async () => {
    const { at, backend, begin, place } = await fallenBehind()
    await backend.maintain(50)
    expect(await begin('earliest')).toEqual({ lost: [{ at, from: 1, to: 2 }], position: 2 })
    expect(await begin('earliest')).toEqual({ lost: [], position: 2 })
    await place.remove()
  })

  it('never takes a log that ends before what was read of it for a new one', async () => {
    const { at, backend, place } = await fallenBehind()
    const session = { positions: new Map([[partitionId(at), offset(9)]]), commit: async () => {} }
    const beginning = startingPositions(session, [at], backend.log, 'earliest', () => {})
    await expect(beginning).rejects.toThrow(/the log is older than what was read of it/)
    await place.remove()
  })
})
