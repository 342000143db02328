import type { Instance } from '../../../streams/app/instance.js'
import { raw } from '../reading.js'
import { key } from './figures.js'

/** How many records of its partition stand before the one at the offset; -1 where there is none at it. */
export type RankOf = (topic: string, partition: number, offset: number) => number

/** Of a log without gaps. */
export const asOffset: RankOf = (_topic, _partition, offset) => offset

/** Of the topics as they are: between the records of a log on Kafka stand markers of transactions. */
export async function rankIn(instance: Instance, topics: readonly string[]): Promise<RankOf> {
  const ranks = new Map<string, number>()
  for (const topic of topics) {
    const next = new Map<number, number>()
    for await (const { partition, offset } of raw(instance, topic)) {
      const rank = next.get(partition) ?? 0
      next.set(partition, rank + 1)
      ranks.set(key(topic, partition, offset), rank)
    }
  }
  return (topic, partition, offset) => ranks.get(key(topic, partition, offset)) ?? -1
}
