import { describe, expect, it } from '@jest/globals'
import { partitionOf, readAll, text } from '../../tests/support/backends.js'
import { startChild } from '../../tests/support/child.js'
import { type EmbeddedPlace, embeddedPlace } from '../../tests/support/embedded-place.js'
import { partition, partitionId } from '../engine/topic.js'

const kills = 12

/** Numbers from a seed (Park and Miller, "Random number generators: good ones are hard to find", 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const leading = (value: Uint8Array | null) => Number(text(value))

/** Outputs, state and offsets tell the same, and hold at least what was acknowledged. */
async function expectWhole(place: EmbeddedPlace, acknowledged: { committed: number; appended: number }) {
  const backend = await place.open()
  const at = partitionOf('in')
  const input = await readAll(backend.log, at)
  expect(input.map(({ offset, value }) => [offset, leading(value)])).toEqual(input.map((_, index) => [index, index]))
  expect(input.length).toBeGreaterThan(acknowledged.appended)
  const session = await backend.openSession({
    group: 'copy',
    partition: partition(0),
    inputs: [at],
    stores: ['counts'],
  })
  const committed = session.positions.get(partitionId(at)) ?? 0
  expect(committed).toBeGreaterThanOrEqual(acknowledged.committed)
  const output = await readAll(backend.log, partitionOf('out'))
  expect(output.map(({ value }) => leading(value))).toEqual(Array.from({ length: committed }, (_, index) => index))
  const counts = new Map(session.store<number>('counts').range('', '\uffff'))
  for (let key = 0; key < Math.min(100, committed); key++)
    expect(counts.get(`k${key}`)).toBe(Math.ceil((committed - key) / 100))
  await place.closeAll()
}

describe('kill -9 in the middle of the work', () => {
  it.each(['process', 'disk'] as const)(
    'loses nothing acknowledged and leaves nothing half (sync: %s)',
    async (sync) => {
      const place = await embeddedPlace()
      const random = numbers(7)
      for (let kill = 0; kill < kills; kill++) {
        const child = startChild('task-committer.js', [place.dir, sync])
        const acknowledged = { committed: 0, appended: 0 }
        const take = (line: string) => {
          const [kind, position] = line.split(' ')
          if (kind === 'committed' || kind === 'appended') acknowledged[kind] = Number(position)
        }
        for (let lines = 2 + random(sync === 'disk' ? 30 : 120); lines > 0; lines--) take((await child.line()) ?? '')
        await child.end('SIGKILL')
        for (let line = await child.line(); line !== undefined; line = await child.line()) take(line)
        await expectWhole(place, acknowledged)
      }
      await place.remove()
    },
  )
})
