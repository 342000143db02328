import type { Partition, TopicName, TopicPartition } from '../engine/topic.js'
import { partitionId } from '../engine/topic.js'
import type { Writing } from './batches/encode.js'
import type { KafkaClient } from './client.js'
import { brokerError, brokerErrorType, errorCodes } from './errors.js'
import type { Topics } from './topics.js'
import { produceProtocol } from './wire/produce.js'

/** Records for one partition that are written as one batch. */
export interface UnwrittenBatch {
  readonly topic: TopicName
  readonly partition: Partition
  readonly count: number
  /** Bytes that it takes at most. */
  readonly size: number
  /** @param into at least `size` bytes; gives the part of them that it takes */
  encode(writing: Writing, into: Buffer): Buffer
}

/** A batch as its producer writes it. */
export interface EncodedBatch {
  readonly at: TopicPartition
  readonly topic: TopicName
  readonly partition: Partition
  readonly batch: Buffer
  /** What the batch lies in, to be used again when the broker has it. */
  readonly memory: Buffer
}

const acknowledgedWithin = 30_000
const sequences = 2 ** 31

/**
 * Writes batches as one idempotent producer: a batch that is sent again because no answer came is not written twice.
 * One call at a time.
 */
export class Producer {
  readonly producerId: string
  readonly producerEpoch: number
  readonly transactionalId: string | null
  readonly #client: KafkaClient
  readonly #topics: Topics
  readonly #sequences = new Map<string, number>()

  private constructor(
    parts: { readonly client: KafkaClient; readonly topics: Topics },
    transactionalId: string | null,
    identity: { readonly producerId: string; readonly producerEpoch: number },
  ) {
    this.#client = parts.client
    this.#topics = parts.topics
    this.transactionalId = transactionalId
    this.producerId = identity.producerId
    this.producerEpoch = identity.producerEpoch
  }

  /**
   * Takes over the transactional id: whoever had it before can write nothing more, and what that one left open was
   * rolled back, or forward where its commit was decided. Without an id: a producer of its own.
   * @param timeout milliseconds after which the broker rolls back an open transaction
   */
  static async open(
    parts: { readonly client: KafkaClient; readonly topics: Topics },
    transactionalId: string | null,
    timeout: number,
  ): Promise<Producer> {
    const { client } = parts
    const identity = await client.retrying(`taking over ${transactionalId ?? 'a producer id'}`, async () => {
      const broker =
        transactionalId === null ? await client.anyBroker() : await client.coordinator('transaction', transactionalId)
      return broker.initProducerId({ transactionalId: transactionalId ?? undefined, transactionTimeout: timeout })
    })
    return new Producer(parts, transactionalId, identity)
  }

  /**
   * Writes the batches of each partition in their order.
   * @returns the offset of the first record of each batch
   * @throws Error of the broker; then some may have been written
   */
  write(batches: readonly UnwrittenBatch[]): Promise<number[]> {
    return this.send(this.encode(batches))
  }

  /** Gives batches their places in the order of what is written; they must be sent, in that order. */
  encode(batches: readonly UnwrittenBatch[]): readonly EncodedBatch[] {
    return batches.map((batch) => {
      const id = partitionId(batch)
      const sequence = this.#sequences.get(id) ?? 0
      this.#sequences.set(id, (sequence + batch.count) % sequences)
      const memory = this.#client.buffers.take(batch.size)
      const writing = {
        producerId: Number(this.producerId),
        producerEpoch: this.producerEpoch,
        sequence,
        transactional: this.transactionalId !== null,
      }
      const { topic, partition } = batch
      return { at: batch, topic, partition, batch: batch.encode(writing, memory), memory }
    })
  }

  /** Sends what was encoded, once; gives and throws what `write` does. */
  async send(batches: readonly EncodedBatch[]): Promise<number[]> {
    const bases = new Array<number>(batches.length)
    let rest = batches.map((batch, index) => ({ batch, index }))
    // A request holds one batch of a partition.
    while (rest.length > 0) {
      const seen = new Set<string>()
      const round: typeof rest = []
      const later: typeof rest = []
      for (const each of rest) {
        const id = partitionId(each.batch)
        if (seen.has(id)) later.push(each)
        else round.push(each)
        seen.add(id)
      }
      const written = await this.#sendRound(round.map(({ batch }) => batch))
      for (const [position, { index }] of round.entries()) bases[index] = written[position] as number
      rest = later
    }
    return bases
  }

  async #sendRound(batches: readonly EncodedBatch[]): Promise<number[]> {
    const bases = new Map<string, number>()
    let attempts = 0
    await this.#client.retrying(`writing to ${batches.map(partitionId).join(', ')}`, async () => {
      attempts += 1
      const unwritten = batches.filter((batch) => !bases.has(partitionId(batch)))
      const nodes = await this.#topics.byLeader(unwritten)
      const answers = await Promise.all([...nodes].map(([node, led]) => this.#send(node, led)))
      let failure: Error | undefined
      for (const { topic, partition, errorCode, baseOffset } of answers.flat()) {
        if (errorCode === errorCodes.none || errorCode === errorCodes.duplicateSequence)
          bases.set(`${topic}-${partition}`, baseOffset)
        else failure = refused(brokerError(errorCode), `${topic}-${partition}`)
      }
      if (failure !== undefined) throw failure
    })
    // Of an attempt that was not answered a socket may still have something to write: what it lies in must stay as it is.
    if (attempts === 1) for (const { memory } of batches) this.#client.buffers.give(memory)
    return batches.map((batch) => bases.get(partitionId(batch)) ?? -1)
  }

  async #send(node: number, batches: Parameters<typeof produceProtocol>[0]) {
    const broker = await this.#client.broker(node)
    const options = { transactionalId: this.transactionalId, timeout: acknowledgedWithin }
    const { names } = this.#topics
    const named = batches.map(({ topic, partition, batch }) => ({ topic: names.topic(topic), partition, batch }))
    const { partitions } = await this.#client.send(broker, produceProtocol(named, options))
    return partitions.map(({ topic, ...answer }) => ({ ...answer, topic: names.topicOf(topic) ?? topic }))
  }
}

/** The error, with the partition and what to do where that is known. */
function refused(error: Error, place: string): Error {
  const remedy =
    brokerErrorType(error) === 'MESSAGE_TOO_LARGE'
      ? ': raise max.message.bytes of the topic, or write smaller records'
      : ''
  error.message = `${place} refused a batch: ${error.message}${remedy}`
  return error
}
