import { randomUUID } from 'node:crypto'
import type { OutgoingRecord } from '../engine/ports/log.js'
import type { Origin } from '../engine/record.js'
import type { Preparation } from './preparation.js'
import { Producer, type UnwrittenBatch } from './producer.js'
import { TransactionalProducer, type TransactionParts } from './transaction.js'

/** A client that dies while it appends holds up readers for at most so long, in milliseconds. */
const transactionTimeout = 10_000

/** Appends for whoever is no task: one batch as it is, several in a transaction, so that it is all or nothing. */
export class Appender {
  readonly #parts: TransactionParts
  readonly #preparation: Preparation
  readonly #transactionalId: string
  #producer: Promise<Producer> | undefined
  #transactional: Promise<TransactionalProducer> | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @param application begins the transactional id */
  constructor(parts: TransactionParts, preparation: Preparation, application: string) {
    this.#parts = parts
    this.#preparation = preparation
    this.#transactionalId = `${application}-append-${randomUUID()}`
  }

  async append(records: readonly OutgoingRecord[]): Promise<readonly Origin[]> {
    const { batches, origins } = await this.#preparation.records(records)
    if (batches.length === 0) return []
    // Records of a partition stand in the order of the calls.
    const written = this.#last.then(() => (batches.length === 1 ? this.#write(batches) : this.#transaction(batches)))
    this.#last = written.catch(() => undefined)
    return origins(await written)
  }

  async #write(batches: readonly UnwrittenBatch[]): Promise<number[]> {
    this.#producer ??= Producer.open(this.#parts, null, transactionTimeout)
    try {
      return await (await this.#producer).write(batches)
    } catch (error) {
      this.#producer = undefined
      throw error
    }
  }

  async #transaction(batches: readonly UnwrittenBatch[]): Promise<number[]> {
    this.#transactional ??= TransactionalProducer.open(this.#parts, this.#transactionalId, transactionTimeout)
    try {
      return await (await this.#transactional).commit(batches)
    } catch (error) {
      this.#transactional = undefined
      throw error
    }
  }
}
