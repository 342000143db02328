import { type Offset, offset, partitionId, type TopicPartition } from '../engine/topic.js'
import type { KafkaClient } from './client.js'
import { brokerError, errorCodes } from './errors.js'
import type { Names } from './names.js'
import { completed } from './transaction-states.js'
import { offsetFetchProtocol } from './wire/offset-fetch.js'

/**
 * Committed offsets of groups. An offset is given once everything is visible that was committed with it: each carries
 * the transactional id of its writer, and a transaction that is being ended is waited for.
 */
export class GroupOffsets {
  readonly #client: KafkaClient
  readonly #names: Names
  /** By group and partition: the offset of which it is known that everything is visible that was committed with it. */
  readonly #visible = new Map<string, number>()

  constructor(client: KafkaClient, names: Names) {
    this.#client = client
    this.#names = names
  }

  async committed(group: string, at: readonly TopicPartition[]): Promise<ReadonlyMap<string, Offset>> {
    if (at.length === 0) return new Map()
    const found = await this.#fetch(group, at)
    const moved = found.filter(({ id, position }) => this.#visible.get(`${group} ${id}`) !== position)
    await completed(
      this.#client,
      moved.map(({ metadata }) => metadata).filter((writer) => writer !== ''),
    )
    for (const { id, position } of moved) this.#visible.set(`${group} ${id}`, position)
    return new Map(found.map(({ id, position }) => [id, offset(position)]))
  }

  async groups(): Promise<readonly string[]> {
    return this.#client.retrying('asking for the groups', async () => {
      const brokers = await this.#client.allBrokers()
      const listed = await Promise.all(brokers.map((broker) => broker.listGroups()))
      return listed
        .flatMap(({ groups }) => groups.map(({ groupId }) => this.#names.groupOf(groupId)))
        .filter((group) => group !== null)
    })
  }

  #fetch(group: string, at: readonly TopicPartition[]) {
    return this.#client.retrying(`reading the committed offsets of group ${group}`, async () => {
      const groupId = this.#names.group(group)
      const places = at.map(({ topic, partition }) => ({ topic: this.#names.topic(topic), partition }))
      const broker = await this.#client.coordinator('group', groupId)
      const { errorCode, partitions } = await this.#client.send(broker, offsetFetchProtocol(groupId, places))
      const failed = [errorCode, ...partitions.map((found) => found.errorCode)].find((code) => code !== errorCodes.none)
      if (failed !== undefined) throw brokerError(failed)
      return partitions
        .filter((found) => found.offset >= 0)
        .map(({ topic, partition, offset: position, metadata }) => ({
          id: `${this.#names.topicOf(topic)}-${partition}`,
          position,
          metadata,
        }))
    })
  }
}

/** The position of each place: committed, or where it begins. */
export const positionsFrom = (
  committed: ReadonlyMap<string, Offset>,
  starts: readonly { readonly at: TopicPartition; readonly start: Offset }[],
): ReadonlyMap<string, Offset> =>
  new Map(starts.map(({ at, start }) => [partitionId(at), committed.get(partitionId(at)) ?? start]))
