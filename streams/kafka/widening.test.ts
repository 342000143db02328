import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type BackendPlace,
  newGroup,
  newTopic,
  outgoing,
  outgoingBatches,
  partitionOf,
  valuesOf,
} from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { widen } from '../../tests/support/kafka/widen.js'
import { type Backend, type TaskId, TopicWidened } from '../engine/ports/log.js'
import { offset, partition, partitionId, type TopicName } from '../engine/topic.js'
import { ownGroup } from '../engine/widths.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('a topic that is given more partitions', () => {
  let place: BackendPlace
  let backend: Backend

  beforeAll(async () => {
    place = await kafkaPlace()
    backend = await place.open()
  })

  afterAll(() => place.remove())

  const addPartitions = async (topic: TopicName, count: number): Promise<void> =>
    widen(await sharedBroker(), [topic], count)

  /** Two tasks that have read one record each, of a topic of two partitions. */
  async function twoTasks() {
    const [input, output] = [newTopic(), newTopic()]
    await backend.log.createTopic(input, 2)
    await backend.log.createTopic(output, 1)
    const group = newGroup()
    const tasks = [0, 1].map((index): TaskId => {
      const at = partitionOf(input.name, index)
      const widths = new Map([[input.name, 2]])
      return { group, partition: partition(index), inputs: [at], stores: ['counts'], tasks: 2, widths }
    })
    for (const { inputs } of tasks)
      await backend.log.append(inputs.map((at) => ({ ...outgoing(at.topic, 'before'), partition: at.partition })))
    const sessions = await Promise.all(tasks.map((task) => backend.openSession(task)))
    for (const [index, session] of sessions.entries())
      await session.commit({ offsets: [{ at: partitionOf(input.name, index), next: offset(1) }], outputs: [] })
    return { input: input.name, output: output.name, group, tasks, sessions }
  }

  it('lets no commit through that does not know of them, and nothing of it is there', async () => {
    const { input, output, tasks, sessions } = await twoTasks()
    await addPartitions(input, 3)
    const [session] = sessions
    const at = partitionOf(input)
    await expect(
      session?.commit({ offsets: [{ at, next: offset(2) }], outputs: outgoingBatches(outgoing(output, 'x')) }),
    ).rejects.toThrow(TopicWidened)
    expect(await valuesOf(backend.log, partitionOf(output))).toEqual([])
    const again = await backend.openSession({ ...(tasks[0] as TaskId), widths: new Map([[input, 3]]) })
    expect(again.positions.get(partitionId(at))).toBe(1)
    await again.commit({ offsets: [], outputs: outgoingBatches(outgoing(output, 'y')) })
    expect(await valuesOf(backend.log, partitionOf(output))).toEqual(['y'])
  })

  it('is read on by every task from where the one was that had a partition alone, each at its own pace', async () => {
    const { input, group, tasks } = await twoTasks()
    await addPartitions(input, 3)
    const all = [0, 1, 2].map((index) => partitionOf(input, index))
    const wide = tasks.map((task): TaskId => {
      const shared = { group: ownGroup(group, task.partition), topics: [input] }
      return { ...task, inputs: all, shared, widths: new Map([[input, 3]]) }
    })
    const positions = (task: TaskId) => backend.openSession(task).then((session) => session.positions)
    const begun = new Map([0, 1, 2].map((index) => [`${input}-${index}`, index === 2 ? 0 : 1]))
    expect(await positions(wide[0] as TaskId)).toEqual(begun)
    // so that nobody takes it for behind
    expect(await backend.log.committed(ownGroup(group, 0), all)).toEqual(
      new Map([...begun].filter(([, next]) => next > 0)),
    )

    const one = await backend.openSession(wide[0] as TaskId)
    await backend.log.append(all.map((at) => ({ ...outgoing(input, 'after'), partition: at.partition })))
    await one.commit({ offsets: all.map((at, index) => ({ at, next: offset(index === 2 ? 1 : 2) })), outputs: [] })
    expect(await positions(wide[1] as TaskId)).toEqual(begun)
    expect(await positions(wide[0] as TaskId)).toEqual(
      new Map(all.map((at, index) => [partitionId(at), index === 2 ? 1 : 2])),
    )
    expect(await backend.log.committed(group, all)).toEqual(new Map([...begun].filter(([, next]) => next > 0)))
  })
})
