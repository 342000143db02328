import { describe, expect, it } from '@jest/globals'
import { Addresses } from './addresses.js'
import { partitionFor } from './partitioner.js'
import { encodeUtf8 } from './utf8.js'

const copyOf = ({ key, start, length, partition }: ReturnType<Addresses['of']>) => ({
  key: key?.slice(start, start + length),
  partition,
})

describe('addresses of keys', () => {
  it('are those that the text has, whether it comes again or not, whatever its letters and its length', () => {
    const endings = ['', 'é', '\u{1f600}', '-'.repeat(60), '-'.repeat(80)]
    const addresses = new Addresses(7)
    for (let number = 0; number < 3_000; number += 1) {
      for (const text of [`key-${number}`, `${number}${endings[number % endings.length]}`, 'again']) {
        const key = encodeUtf8(text)
        expect(copyOf(addresses.of(text))).toEqual({ key, partition: partitionFor(key, 7) })
      }
    }
  })

  it('are the same of a key that lies among other bytes', () => {
    const addresses = new Addresses(7)
    for (const text of ['', 'a', 'key-12', 'auction-123456', 'é', '-'.repeat(80)]) {
      const key = encodeUtf8(text)
      const bytes = encodeUtf8(`before${text}behind`)
      const at = addresses.at({ bytes, keyStarts: Int32Array.of(0, 6), keyEnds: Int32Array.of(6, 6 + key.length) }, 1)
      expect(copyOf(at)).toEqual(copyOf(addresses.of(text)))
    }
  })
})
