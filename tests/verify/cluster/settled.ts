import { Kafka, logLevel } from 'kafkajs'
import type { Instance } from '../../../streams/app/instance.js'
import { KafkaClient } from '../../../streams/kafka/client.js'
import { key } from '../compare/figures.js'
import { type Compared, RowComparison } from '../comparison.js'
import { pause } from '../moments.js'

/** Isolation levels of the protocol: the end of what was written, and of what no open transaction holds back. */
const levels = { written: 0, stable: 1 } as const
const latest = '-1'
/** So many looks, half a second apart, before what is not settled is taken for what stays so. */
const looks = 40

/** What must be so once everything is read: nobody is behind, no transaction is open, the groups have their workers. */
export async function compareCluster(
  instance: Instance,
  settings: Readonly<Record<string, string>>,
  workers: number,
): Promise<readonly Compared[]> {
  const brokers = [settings['PULSO_KAFKA_BROKERS'] ?? '']
  const groups = ['streams', 'tables'].map((name) => `${settings['PULSO_KAFKA_APPLICATION']}.${name}`)
  const behind = new RowComparison('consumers that are behind', ['records'], new Map<string, number>(), (lag) => [lag])
  for (const { group, topic, partition, lag } of await instance.lag())
    if (lag > 0) behind.take(key(group, topic, partition), [lag])
  return [behind.end(), await openTransactions(brokers), await members(brokers, groups, workers)]
}

async function openTransactions(brokers: readonly string[]): Promise<Compared> {
  const client = new KafkaClient({ brokers, clientId: 'verify-settled' })
  try {
    for (let look = 1; ; look++) {
      const open = await heldBack(client)
      const rows = new RowComparison('open transactions', ['offsets'], new Map<string, number>(), (count) => [count])
      for (const [place, offsets] of open) rows.take(place, [offsets])
      if (open.size === 0 || look === looks) return rows.end()
      await pause(500)
    }
  } finally {
    await client.close()
  }
}

/** How much of each partition, internal ones included, an open transaction holds back. */
async function heldBack(client: KafkaClient): Promise<ReadonlyMap<string, number>> {
  const ends = async (isolationLevel: 0 | 1): Promise<ReadonlyMap<string, number>> => {
    const found = new Map<string, number>()
    for (const { name, leaders } of await client.topics())
      for (const [partition, leader] of leaders.entries()) {
        const broker = await client.broker(leader)
        const topics = [{ topic: name, partitions: [{ partition, timestamp: latest }] }]
        const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel, topics })
        found.set(key(name, partition), Number(responses[0]?.partitions[0]?.offset))
      }
    return found
  }
  const stable = await ends(levels.stable)
  const written = await ends(levels.written)
  return new Map(
    [...written].map(([place, end]) => [place, end - (stable.get(place) ?? 0)] as const).filter(([, held]) => held > 0),
  )
}

async function members(brokers: readonly string[], groups: readonly string[], workers: number): Promise<Compared> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const expected = new Map(groups.map((group) => [group, workers]))
    // A worker that was killed last is a member until its session is over.
    for (let look = 1; ; look++) {
      const columns = ['state', 'workers']
      const rows = new RowComparison('groups and their workers', columns, expected, (count) => ['Stable', count])
      for (const { groupId, state, members: found } of (await admin.describeGroups([...groups])).groups)
        rows.take(groupId, [state, found.length])
      const compared = rows.end()
      if (compared.differences === 0 || look === looks) return compared
      await pause(500)
    }
  } finally {
    await admin.disconnect()
  }
}
