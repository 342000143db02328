const seed = 0x9747b28c
const m = 0x5bd1e995
const r = 24

/**
 * 32-bit MurmurHash2 (Austin Appleby, public domain) with the seed of Kafka's Java client, as a signed integer.
 * Kafka's own clients choose partitions with it, so that records with equal keys meet in the same partition whoever
 * wrote them.
 * @param length bytes of the key
 * @param start where it begins
 */
export function murmur2(data: Uint8Array, length: number = data.length, start = 0): number {
  const words = length >> 2
  let h = seed ^ length
  for (let i = 0; i < words; i += 1) {
    const at = start + (i << 2)
    let k = Math.imul(
      (data[at] as number) |
        ((data[at + 1] as number) << 8) |
        ((data[at + 2] as number) << 16) |
        ((data[at + 3] as number) << 24),
      m,
    )
    k ^= k >>> r
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  const tail = start + (words << 2)
  const rest = length & 3
  if (rest === 3) h ^= (data[tail + 2] as number) << 16
  if (rest >= 2) h ^= (data[tail + 1] as number) << 8
  if (rest >= 1) h = Math.imul(h ^ (data[tail] as number), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

/**
 * The partition that Kafka's default partitioner gives a record with this key.
 * @param partitions number of partitions of the topic, at least 1
 * @param length bytes of the key
 * @param start where it begins
 */
export function partitionFor(key: Uint8Array, partitions: number, length: number = key.length, start = 0): number {
  return partitions === 1 ? 0 : (murmur2(key, length, start) & 0x7fffffff) % partitions
}
