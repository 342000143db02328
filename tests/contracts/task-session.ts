import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Backend, TaskFenced, type TaskId } from '../../streams/engine/ports/log.js'
import { offset, partition, partitionId } from '../../streams/engine/topic.js'
import {
  type BackendPlace,
  newGroup,
  newTopic,
  outgoing,
  outgoingBatches,
  partitionOf,
  valuesOf,
} from '../support/backends.js'

/** What every backend's task sessions keep: outputs, state and offsets become visible together or not at all. */
export function taskSessionContract(name: string, open: () => Promise<BackendPlace>): void {
  describe(`task session contract: ${name}`, () => {
    let place: BackendPlace
    let backend: Backend

    beforeAll(async () => {
      place = await open()
      backend = await place.open()
    })

    afterAll(() => place.remove())

    /** A task that reads one topic of ten records and writes another. */
    const aTask = async () => {
      const input = newTopic()
      const output = newTopic()
      await backend.log.createTopic(input, 2)
      await backend.log.createTopic(output, 1)
      await backend.log.append(Array.from({ length: 10 }, (_, index) => outgoing(input.name, String(index))))
      const at = partitionOf(input.name)
      const task: TaskId = { group: newGroup(), partition: partition(0), inputs: [at], stores: ['counts', 'names'] }
      return { task, at, output: output.name }
    }

    const counts = async (task: TaskId, from: Backend = backend) => {
      const session = await from.openSession(task)
      const entries = [...session.store<number>('counts').range('', '\uffff')]
      return { positions: session.positions, entries }
    }

    it('starts where the partition starts, with nothing in its stores', async () => {
      const { task, at } = await aTask()
      const session = await backend.openSession(task)
      expect(session.positions).toEqual(new Map([[partitionId(at), 0]]))
      expect([...session.store('counts').range('', '\uffff')]).toEqual([])
      expect(await backend.log.committed(task.group, [at])).toEqual(new Map())
    })

    it('makes outputs, state and offsets visible together', async () => {
      const { task, at, output } = await aTask()
      const session = await backend.openSession(task)
      session.store<number>('counts').put('a', 1)
      session.store<string>('names').put('a', 'one')
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual([])
      await session.commit({ offsets: [{ at, next: offset(4) }], outputs: outgoingBatches(outgoing(output, 'x')) })
      session.store<number>('counts').put('b', 2)
      await session.commit({
        offsets: [{ at, next: offset(6) }],
        outputs: outgoingBatches(outgoing(output, 'y'), outgoing(output, 'z')),
      })

      const other = await place.open()
      expect(await valuesOf(other.log, partitionOf(output))).toEqual(['x', 'y', 'z'])
      expect(await other.log.committed(task.group, [at])).toEqual(new Map([[partitionId(at), 6]]))
      expect(await other.log.groups()).toContain(task.group)
      expect(await counts(task, other)).toEqual({
        positions: new Map([[partitionId(at), 6]]),
        entries: [
          ['a', 1],
          ['b', 2],
        ],
      })
    })

    it('tells who asks what the latest commit left, and nothing of what was written since', async () => {
      const { task } = await aTask()
      const session = await backend.openSession(task)
      const [counts, committed] = [session.store<number>('counts'), session.committed('counts')]
      const both = () => ['a', 'b'].map((key) => committed.get(key))
      counts.put('a', 1)
      expect(both()).toEqual([undefined, undefined])
      await session.commit({ offsets: [], outputs: [] })
      counts.put('a', 2)
      counts.put('b', 1)
      expect(both()).toEqual([1, undefined])
      await session.commit({ offsets: [], outputs: [] })
      counts.delete('a')
      expect(both()).toEqual([2, 1])
      await session.commit({ offsets: [], outputs: [] })
      expect(both()).toEqual([undefined, 1])
      expect(await backend.openSession(task).then((next) => next.committed('counts').get('b'))).toBe(1)
    })

    it('drops what was not committed', async () => {
      const { task } = await aTask()
      const session = await backend.openSession(task)
      session.store<number>('counts').put('a', 1)
      await session.commit({ offsets: [], outputs: [] })
      session.store<number>('counts').put('a', 2)
      session.store<number>('counts').put('b', 2)
      await session.close()
      expect((await counts(task)).entries).toEqual([['a', 1]])
    })

    it('writes nothing for a task that was taken over', async () => {
      const { task, at, output } = await aTask()
      const zombie = await backend.openSession(task)
      zombie.store<number>('counts').put('a', 1)
      const owner = await (await place.open()).openSession(task)
      await expect(
        zombie.commit({ offsets: [{ at, next: offset(9) }], outputs: outgoingBatches(outgoing(output, 'zombie')) }),
      ).rejects.toThrow(TaskFenced)
      owner.store<number>('counts').put('b', 2)
      await owner.commit({ offsets: [{ at, next: offset(2) }], outputs: outgoingBatches(outgoing(output, 'owner')) })
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual(['owner'])
      expect(await counts(task)).toEqual({ positions: new Map([[partitionId(at), 2]]), entries: [['b', 2]] })
    })

    it('is dead after a commit that failed, and another carries on from the last one', async () => {
      const { task, at, output } = await aTask()
      const session = await backend.openSession(task)
      session.store<number>('counts').put('a', 1)
      await session.commit({ offsets: [{ at, next: offset(1) }], outputs: [] })
      session.store<number>('counts').put('a', 2)
      const { name: missing } = newTopic()
      await expect(
        session.commit({
          offsets: [{ at, next: offset(2) }],
          outputs: outgoingBatches(outgoing(output, 'x'), outgoing(missing, 'y')),
        }),
      ).rejects.toThrow(missing)
      await expect(session.commit({ offsets: [], outputs: [] })).rejects.toThrow(/open a new one/)
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual([])
      expect(await counts(task)).toEqual({ positions: new Map([[partitionId(at), 1]]), entries: [['a', 1]] })
    })

    it('shows what was sent ahead with the commit and in front of it, or never', async () => {
      const { task, at, output } = await aTask()
      const dropped = await backend.openSession(task)
      if (dropped.send === undefined) return
      await dropped.send(outgoingBatches(outgoing(output, 'dropped')))
      await dropped.send(outgoingBatches(outgoing(output, 'dropped too')))
      await dropped.close()
      const session = await backend.openSession(task)
      const sent = outgoingBatches(outgoing(output, 'a'), outgoing(output, 'b'))
      await session.send?.(sent)
      // It was taken over: whoever gave it writes over it.
      for (const batch of sent) batch.bytes.fill(0)
      await session.send?.(outgoingBatches(outgoing(output, 'c')))
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual([])
      session.store<number>('counts').put('a', 1)
      await session.commit({ offsets: [{ at, next: offset(3) }], outputs: outgoingBatches(outgoing(output, 'd')) })
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual(['a', 'b', 'c', 'd'])
      await session.send?.(outgoingBatches(outgoing(output, 'e')))
      await session.commit({ offsets: [], outputs: [] })
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect(await counts(task)).toEqual({ positions: new Map([[partitionId(at), 3]]), entries: [['a', 1]] })
    })

    it('takes over from a session that has sent ahead, which can commit nothing any more', async () => {
      const { task, at, output } = await aTask()
      const zombie = await backend.openSession(task)
      if (zombie.send === undefined) return
      await zombie.send(outgoingBatches(outgoing(output, 'zombie')))
      const owner = await (await place.open()).openSession(task)
      await owner.send?.(outgoingBatches(outgoing(output, 'owner')))
      await expect(
        zombie.commit({ offsets: [{ at, next: offset(9) }], outputs: outgoingBatches(outgoing(output, 'late')) }),
      ).rejects.toThrow(TaskFenced)
      await owner.commit({ offsets: [{ at, next: offset(2) }], outputs: [] })
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual(['owner'])
      expect((await counts(task)).positions).toEqual(new Map([[partitionId(at), 2]]))
    })

    it('says at the commit, at the latest, that what was sent ahead could not be written', async () => {
      const { task, at, output } = await aTask()
      const session = await backend.openSession(task)
      if (session.send === undefined) return
      await session.send(outgoingBatches(outgoing(output, 'x')))
      const { name: missing } = newTopic()
      await expect(session.send(outgoingBatches(outgoing(missing, 'y')))).rejects.toThrow(missing)
      await expect(session.commit({ offsets: [{ at, next: offset(1) }], outputs: [] })).rejects.toThrow(
        /open a new one/,
      )
      expect((await counts(task)).positions).toEqual(new Map([[partitionId(at), 0]]))
      expect(await valuesOf(backend.log, partitionOf(output))).toEqual([])
    })

    it('keeps the partitions of a group and the stores of a task apart', async () => {
      const { task, at } = await aTask()
      const second: TaskId = { ...task, partition: partition(1), inputs: [partitionOf(at.topic, 1)] }
      const [one, two] = await Promise.all([backend.openSession(task), backend.openSession(second)])
      one.store<number>('counts').put('k', 1)
      one.store<number>('names').put('k', 10)
      two.store<number>('counts').put('k', 2)
      await Promise.all([one.commit({ offsets: [], outputs: [] }), two.commit({ offsets: [], outputs: [] })])
      expect((await counts(task)).entries).toEqual([['k', 1]])
      expect((await counts(second)).entries).toEqual([['k', 2]])
    })

    it('names the store that a task was not opened with', async () => {
      const { task } = await aTask()
      const session = await backend.openSession(task)
      expect(() => session.store('other')).toThrow(/"other".*counts, names/)
    })
  })
}
