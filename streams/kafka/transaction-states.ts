import type { Broker } from 'kafkajs/src/broker/index.js'
import type { KafkaClient } from './client.js'
import { brokerError } from './errors.js'
import { describeTransactionsProtocol } from './wire/describe-transactions.js'

const describeTransactions = 65
/** Not heard of, or forgotten because it was not used for long: nothing of it is pending. */
const unknownId = 105
const ending = new Set(['PrepareCommit', 'PrepareAbort', 'PrepareEpochFence'])

/**
 * Resolves when none of these transactions is being ended. A transaction is committed once its coordinator has noted it;
 * its records and offsets become visible a little later, one partition after the other.
 */
export function completed(client: KafkaClient, transactionalIds: readonly string[]): Promise<void> {
  let pending = [...new Set(transactionalIds)]
  return client.retrying(`waiting for the end of transactions ${pending.join(', ')}`, async () => {
    pending = await stillEnding(client, pending)
    if (pending.length > 0)
      throw Object.assign(new Error(`${pending.join(', ')} is being ended`), { type: 'CONCURRENT_TRANSACTIONS' })
  })
}

/** One question to each coordinator. */
async function stillEnding(client: KafkaClient, ids: readonly string[]): Promise<string[]> {
  const coordinators = new Map<Broker, string[]>()
  for (const id of ids) {
    const broker = await client.coordinator('transaction', id)
    const found = coordinators.get(broker)
    if (found === undefined) coordinators.set(broker, [id])
    else found.push(id)
  }
  const answers = await Promise.all(
    [...coordinators].map(async ([broker, asked]) => {
      if (broker.versions?.[describeTransactions] === undefined)
        throw new Error('the brokers are older than 3.0: take a newer release of Kafka')
      return (await client.send(broker, describeTransactionsProtocol(asked))).transactions
    }),
  )
  const states = answers.flat().filter(({ errorCode }) => errorCode !== unknownId)
  const failed = states.find(({ errorCode }) => errorCode !== 0)
  if (failed !== undefined) throw brokerError(failed.errorCode)
  return states.filter(({ state }) => ending.has(state)).map(({ transactionalId }) => transactionalId)
}
