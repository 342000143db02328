import { describe, expect, it } from '@jest/globals'
import { newGroup } from '../../tests/support/backends.js'
import { kafkaPlace } from '../../tests/support/kafka/place.js'
import { sharedBroker, whyNoBroker } from '../../tests/support/kafka/shared.js'
import { widen } from '../../tests/support/kafka/widen.js'
import { topology } from '../engine/builder.js'
import { deadLetter, forward } from '../engine/outcome.js'
import { plan } from '../engine/plan.js'
import { withValue } from '../engine/record.js'
import { topic } from '../engine/topic.js'
import { widenedTopics } from './widened-topics.js'

const withBroker = whyNoBroker() === null ? describe : describe.skip

withBroker('partitions that somebody added', () => {
  it('are told of where a task reads the topic, and nowhere else', async () => {
    const place = await kafkaPlace()
    const backend = await place.open()
    const [read, written] = [topic<unknown>(newGroup(), 'bytes'), topic<unknown>(newGroup(), 'bytes')] as const
    const stages = plan(
      topology('copy')
        .from(read)
        .decode(
          { name: 'copied', decode: (value, record) => forward(withValue(record, value)) },
          { otherwise: deadLetter },
        )
        .to(written),
    )
    const facts = { backend, stages, partitionsOf: () => 2, mayWiden: (name: string) => name === read.name }
    for (const each of [read, written]) await backend.log.createTopic(each, 2)
    expect(await widenedTopics(facts)).toEqual([])

    await widen(
      await sharedBroker(),
      [read, written].map(({ name }) => name),
      3,
    )
    expect(await widenedTopics(facts)).toEqual([{ topic: read.name, partitions: 3, tasks: 2, added: 'read' }])
    await place.remove()
  })
})
