import type { Offset, TopicPartition } from '../engine/topic.js'
import { partitionId } from '../engine/topic.js'
import type { KafkaClient } from './client.js'
import type { Names } from './names.js'
import { Producer, type UnwrittenBatch } from './producer.js'
import type { Topics } from './topics.js'
import { completed } from './transaction-states.js'
import { byTopic } from './wire/fetch.js'

export interface TransactionParts {
  readonly client: KafkaClient
  readonly topics: Topics
}

/** Offsets of a group that become visible with the records. */
export interface GroupPositions {
  readonly group: string
  readonly offsets: readonly { readonly at: TopicPartition; readonly next: Offset }[]
}

/**
 * One transactional producer: what it writes in a transaction becomes visible together or not at all. One transaction
 * at a time. After an error it must be thrown away: the outcome is known to whoever takes over its id next.
 */
export class TransactionalProducer {
  readonly #client: KafkaClient
  readonly #names: Names
  readonly #id: string
  readonly #producer: Producer

  private constructor({ client, topics }: TransactionParts, id: string, producer: Producer) {
    this.#client = client
    this.#names = topics.names
    this.#id = id
    this.#producer = producer
  }

  /** Takes over the id: fences its former owner and waits for the transaction that one left. */
  static async open(parts: TransactionParts, id: string, timeout: number): Promise<TransactionalProducer> {
    return new TransactionalProducer(parts, id, await Producer.open(parts, id, timeout))
  }

  /**
   * Writes the batches and the offsets in one transaction, and resolves when all of it is visible.
   * @returns the offset of the first record of each batch
   */
  async commit(batches: readonly UnwrittenBatch[], positions?: GroupPositions): Promise<number[]> {
    const places = [...new Map(batches.map((batch) => [partitionId(batch), batch])).values()]
    let bases: number[]
    try {
      if (places.length > 0) await this.#add(places)
      const offsets = positions === undefined || positions.offsets.length === 0 ? undefined : positions
      if (offsets !== undefined) await this.#addOffsets(offsets)
      ;[bases] = await Promise.all([this.#producer.write(batches), offsets && this.#writeOffsets(offsets)])
    } catch (error) {
      // Whoever waits behind these records need not wait for the time-out. The transaction is open or fenced: an error
      // here says nothing that the first one did not.
      await this.#end(false).catch(() => undefined)
      throw error
    }
    await this.#client.retrying(`committing transaction ${this.#id}`, () => this.#end(true))
    await completed(this.#client, [this.#id])
    return bases
  }

  /** Differs from one owner of the id to the next. */
  get owner(): string {
    return `${this.#producer.producerId}-${this.#producer.producerEpoch}`
  }

  get #identity() {
    const { producerId, producerEpoch } = this.#producer
    return { transactionalId: this.#id, producerId, producerEpoch }
  }

  #add(places: readonly TopicPartition[]): Promise<void> {
    const topics = byTopic(places).map(([topic, ofTopic]) => ({
      topic: this.#names.topic(topic),
      partitions: ofTopic.map(({ partition }) => partition),
    }))
    return this.#client.retrying(`beginning transaction ${this.#id}`, async () => {
      const broker = await this.#client.coordinator('transaction', this.#id)
      await broker.addPartitionsToTxn({ ...this.#identity, topics })
    })
  }

  #addOffsets({ group }: GroupPositions): Promise<void> {
    return this.#client.retrying(`adding the offsets of ${group} to transaction ${this.#id}`, async () => {
      const broker = await this.#client.coordinator('transaction', this.#id)
      await broker.addOffsetsToTxn({ ...this.#identity, groupId: this.#names.group(group) })
    })
  }

  #writeOffsets({ group, offsets }: GroupPositions): Promise<void> {
    const topics = byTopic(offsets.map(({ at, next }) => ({ ...at, next }))).map(([topic, ofTopic]) => ({
      topic: this.#names.topic(topic),
      partitions: ofTopic.map(({ partition, next }) => ({ partition, offset: String(next), metadata: this.#id })),
    }))
    return this.#client.retrying(`writing the offsets of ${group}`, async () => {
      const groupId = this.#names.group(group)
      const broker = await this.#client.coordinator('group', groupId)
      await broker.txnOffsetCommit({ ...this.#identity, groupId, topics })
    })
  }

  async #end(commits: boolean): Promise<void> {
    const broker = await this.#client.coordinator('transaction', this.#id)
    await broker.endTxn({ ...this.#identity, transactionResult: commits })
  }
}
