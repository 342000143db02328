/**
 * Partition of a key as Kafka's clients choose it: MurmurHash2 of its UTF-8 bytes, less the sign bit, modulo their number.
 * Written over BigInt from the description of the algorithm (https://github.com/aappleby/smhasher, MurmurHash2.cpp); the
 * seed is that of Kafka's Java client (org.apache.kafka.common.utils.Utils).
 */
export function partitionOf(key: string, partitions: number): number {
  let known = remembered.get(key)
  if (known === undefined) {
    known = Number(hashOf(Buffer.from(key, 'utf8')) & 0x7fffffffn)
    remembered.set(key, known)
  }
  return known % partitions
}

const remembered = new Map<string, number>()
const multiplier = 0x5bd1e995n
const low = (value: bigint): bigint => value & 0xffffffffn

function hashOf(bytes: Buffer): bigint {
  let hash = low(0x9747b28cn ^ BigInt(bytes.length))
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    let word = low(BigInt(bytes.readUInt32LE(at)) * multiplier)
    word = low((word ^ (word >> 24n)) * multiplier)
    hash = low(hash * multiplier) ^ word
  }
  const rest = bytes.length - at
  if (rest > 0) {
    hash ^= BigInt(bytes.readUIntLE(at, rest))
    hash = low(hash * multiplier)
  }
  hash = low((hash ^ (hash >> 13n)) * multiplier)
  return hash ^ (hash >> 15n)
}
