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
  /** Partitions of the transaction under way; none: none is. */
  readonly #added = new Set<string>()
  /** What was sent last ahead of the commit. */
  #sent: Promise<unknown> = Promise.resolve()

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
   * Sends batches of the next commit ahead of it. Resolves when they are encoded, and those before them acknowledged: one
   * request waits for its answer at a time.
   * @throws Error of the broker, of these or of those before them; nothing of the transaction becomes visible then
   */
  async send(batches: readonly UnwrittenBatch[]): Promise<void> {
    await this.#sent
    const encoded = this.#producer.encode(batches)
    this.#sent = this.#add(encoded).then(() => this.#producer.send(encoded))
    // Whoever sends or commits next hears of it.
    this.#sent.catch(() => undefined)
  }

  /**
   * Writes the batches and the offsets in one transaction, behind what was sent, and resolves when all of it is visible.
   * @param permitted is asked meanwhile: when it rejects, nothing of the transaction becomes visible
   * @returns the offset of the first record of each batch
   */
  async commit(
    batches: readonly UnwrittenBatch[],
    positions: readonly GroupPositions[] = [],
    permitted: () => Promise<void> = async () => {},
  ): Promise<number[]> {
    const groups = positions.filter(({ offsets }) => offsets.length > 0)
    let bases: number[]
    try {
      await this.#sent
      await this.#add(batches)
      for (const group of groups) await this.#addOffsets(group)
      const permission = permitted()
      // It is heard when all is written: what comes to a broker behind the end of its transaction would open another.
      permission.catch(() => undefined)
      ;[bases] = await Promise.all([this.#producer.write(batches), ...groups.map((group) => this.#writeOffsets(group))])
      await permission
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

  /** Whether something was sent that is not committed yet. */
  get isOpen(): boolean {
    return this.#added.size > 0
  }

  /** Differs from one owner of the id to the next. */
  get owner(): string {
    return `${this.#producer.producerId}-${this.#producer.producerEpoch}`
  }

  get #identity() {
    const { producerId, producerEpoch } = this.#producer
    return { transactionalId: this.#id, producerId, producerEpoch }
  }

  /** Adds those that are not in the transaction yet. */
  async #add(batches: readonly TopicPartition[]): Promise<void> {
    const places = new Map(batches.map((batch) => [partitionId(batch), batch]))
    for (const id of this.#added) places.delete(id)
    if (places.size === 0) return
    for (const id of places.keys()) this.#added.add(id)
    const topics = byTopic([...places.values()]).map(([topic, ofTopic]) => ({
      topic: this.#names.topic(topic),
      partitions: ofTopic.map(({ partition }) => partition),
    }))
    await this.#client.retrying(`beginning transaction ${this.#id}`, async () => {
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
    this.#added.clear()
    const broker = await this.#client.coordinator('transaction', this.#id)
    await broker.endTxn({ ...this.#identity, transactionResult: commits })
  }
}
