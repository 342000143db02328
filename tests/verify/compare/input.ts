import type { Instance } from '../../../streams/app/instance.js'
import { type Compared, RowComparison } from '../comparison.js'
import type { Placed } from '../oracle/topic-log.js'
import { inputTopics, raw } from '../reading.js'
import { key } from './figures.js'
import type { RankOf } from './places.js'

/** Whether the topics of the input hold what was sent, each record once and at its place. */
export async function compareInput(
  instance: Instance,
  sent: readonly Placed[],
  rankOf: RankOf,
): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const topic of inputTopics) {
    const expected = new Map(
      sent
        .filter(({ event }) => event.topic === topic)
        .map((placed) => [key(placed.partition, placed.offset), placed] as const),
    )
    const rows = new RowComparison(`topic ${topic}: what was sent`, ['key', 'timestamp'], expected, (placed) => [
      placed.key,
      placed.timestamp,
    ])
    for await (const record of raw(instance, topic))
      rows.take(key(record.partition, rankOf(topic, record.partition, record.offset)), [record.key, record.timestamp])
    compared.push(rows.end())
  }
  return compared
}
