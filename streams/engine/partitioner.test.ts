import { describe, expect, it } from '@jest/globals'
import { murmur2, partitionFor } from './partitioner.js'
import { encodeUtf8 } from './utf8.js'

// The vectors are those of Kafka's own org.apache.kafka.common.utils.UtilsTest.
const vectors: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

describe('the partitioner', () => {
  it.each(vectors)('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(encodeUtf8(text))).toBe(hash)
  })

  it('takes the hash without its sign, modulo the number of partitions', () => {
    for (const [text, hash] of vectors) {
      for (const partitions of [1, 2, 3, 7, 100]) {
        expect(partitionFor(encodeUtf8(text), partitions)).toBe((hash & 0x7fffffff) % partitions)
      }
    }
  })

  it('gives the empty key a partition too', () => {
    expect(partitionFor(new Uint8Array(), 5)).toBeLessThan(5)
  })
})
