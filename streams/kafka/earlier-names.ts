import { OutgoingRecords } from '../engine/outgoing-records.js'
import type { Backend, TaskId } from '../engine/ports/log.js'
import { type Offset, offset, partitionId, type TopicPartition, topicName } from '../engine/topic.js'
import { groupsOn } from './applications.js'
import { codecsReady } from './batches/compression.js'
import type { KafkaClient } from './client.js'
import { Ends } from './ends.js'
import { Gaps } from './gaps.js'
import { GroupOffsets } from './group-offsets.js'
import type { Names } from './names.js'
import { Preparation } from './preparation.js'
import { Reader } from './reading.js'
import { changelogSuffix, Topics } from './topics.js'
import { TransactionalProducer } from './transaction.js'

/*
 * Versions before names of applications called groups of tasks and topics between stages as the topology does; only
 * changelogs and transactional ids carried the application, with the names that they have today.
 */

/** Names of those versions. */
export const earlierNames: Names = {
  topic: (name) => name,
  topicOf: (onCluster) => topicName(onCluster),
  group: (name) => name,
  groupOf: (onCluster) => onCluster,
}

const atOnce = { records: 20_000, bytes: 8 * 2 ** 20 }
/** A task is moved in one transaction, with all that waits between its stages. */
const transactionTimeout = 600_000

/** Those of the groups that an earlier version of this application left, and that were not moved yet. */
export async function earlierGroups(
  client: KafkaClient,
  names: Names,
  groups: readonly string[],
): Promise<readonly string[]> {
  const held = new Set((await groupsOn(client)).map(({ groupId }) => groupId))
  const left = groups.filter((group) => held.has(group))
  if (left.length === 0) return []
  // Any application may have left them: its changelogs say which.
  const topics = new Set((await client.topics()).map(({ name }) => name))
  return left.some((group) => topics.has(names.topic(group + changelogSuffix))) ? left : []
}

/**
 * Moves what tasks of an earlier version committed to the names of today: offsets, and of topics between stages the
 * records that were not read yet. Each task is taken over first, in one transaction each, so that it may be broken off at
 * any time and begun again; the groups of before go last. No worker of the application may run.
 */
export class NamesMove {
  readonly #client: KafkaClient
  readonly #now: { readonly topics: Topics; readonly offsets: GroupOffsets; readonly preparation: Preparation }
  readonly #before: { readonly reader: Reader; readonly ends: Ends; readonly offsets: GroupOffsets }
  readonly #names: Names

  constructor(client: KafkaClient, names: Names) {
    this.#client = client
    this.#names = names
    const topics = new Topics(client, names)
    const earlier = new Topics(client, earlierNames)
    const ends = new Ends(client, earlier)
    this.#now = { topics, offsets: new GroupOffsets(client, names), preparation: new Preparation(topics) }
    this.#before = {
      reader: new Reader({ client, topics: earlier, ends, gaps: new Gaps() }),
      ends,
      offsets: new GroupOffsets(client, earlierNames),
    }
  }

  /**
   * @returns how many records were copied; null when the task was moved before
   * @throws Error when it read a topic that is called otherwise now and is none between stages
   */
  async task({ group, partition, inputs }: Omit<TaskId, 'stores'>): Promise<number | null> {
    await codecsReady()
    const id = `${this.#names.group(group)}-${partition}`
    const parts = { client: this.#client, topics: this.#now.topics }
    const producer = await TransactionalProducer.open(parts, id, transactionTimeout)
    if ((await this.#now.offsets.committed(group, inputs)).size > 0) return null
    const committed = await this.#before.offsets.committed(group, inputs)
    const outgoing: OutgoingRecords[] = []
    const offsets: { at: TopicPartition; next: Offset }[] = []
    let copied = 0
    for (const at of inputs) {
      const next = committed.get(partitionId(at))
      if (this.#names.topic(at.topic) === at.topic) {
        if (next !== undefined) offsets.push({ at, next })
        continue
      }
      refuseData(at)
      const records = await this.#unread(at, next)
      copied += records.length
      outgoing.push(copiesOf(records))
      // Also what says that the task was moved.
      offsets.push({ at, next: offset(0) })
    }
    const batches = await this.#now.preparation.batches(outgoing.flatMap((each) => each.batches))
    if (offsets.length > 0) await producer.commit(batches, [{ group, offsets }])
    return copied
  }

  /** Takes the groups of before away. */
  async forget(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      await this.#client.retrying(`removing the group ${group}`, async () => {
        const broker = await this.#client.coordinator('group', group)
        const { results } = await broker.deleteGroups([group])
        const failed = results.find(({ error }) => error !== undefined)
        if (failed?.error !== undefined) throw failed.error
      })
    }
  }

  async #unread(at: TopicPartition, committed: Offset | undefined) {
    const { start, end } = await this.#before.ends.bounds(at)
    const unread = []
    for (let from = committed ?? start; from < end; ) {
      const [fetched] = await this.#before.reader.fetch([{ at, from }], atOnce)
      if (fetched === undefined || fetched.next === from) break
      unread.push(...fetched.records)
      from = fetched.next
    }
    return unread
  }
}

type Unread = Awaited<ReturnType<Backend['log']['fetch']>>[number]['records']

function copiesOf(records: Unread): OutgoingRecords {
  const outgoing = new OutgoingRecords(() => 1)
  for (const { topic, partition, key, value, timestamp, headers } of records)
    outgoing.append({ topic, partition, key, value, timestamp, headers })
  return outgoing
}

function refuseData({ topic }: TopicPartition): void {
  if (topic.endsWith('-repartition')) return
  throw new Error(
    `the topic ${topic} has another name now, and its records are not copied: move the names with ` +
      'PULSO_KAFKA_PREFIXED_TOPICS=internal, and go on with that',
  )
}
