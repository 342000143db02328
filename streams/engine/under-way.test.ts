import { expect, it } from '@jest/globals'
import { UnderWay } from './under-way.js'

it('a record under way tells where its key lies, and that of no other', () => {
  const keys = { bytes: new Uint8Array(2), keyStarts: Int32Array.of(0, 1), keyEnds: Int32Array.of(1, 2) }
  const underWay = new UnderWay()
  expect(underWay.keysWith('b')).toBeNull()
  underWay.set(keys, 1, 'b')
  expect(underWay.keysWith(['b'].join(''))).toBe(keys)
  expect(underWay.index).toBe(1)
  expect(underWay.keysWith('a')).toBeNull()
  underWay.set(keys, 0, null)
  expect(underWay.keysWith('b')).toBeNull()
  underWay.set(keys, 1, 'b')
  underWay.clear()
  expect(underWay.keysWith('b')).toBeNull()
})
