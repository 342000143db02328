import { describe, expect, it } from '@jest/globals'
import { emptyCount } from './count-detector.js'
import { countCodec, type StateCodec, seriesCodec, shareCodec } from './series-codec.js'
import { emptySeries } from './series-state.js'
import { emptyShare } from './share-detector.js'

/** From bytes as LMDB gives them: a part of a Buffer, which is written over later. */
function fromMiddle<State extends object>(codec: StateCodec<State>, state: State): readonly [State, State] {
  const own = codec.encode(state)
  const around = Buffer.alloc(own.length + 8, 7)
  around.set(own, 3)
  const read = codec.decode(around.subarray(3, 3 + own.length))
  around.fill(9)
  return [read, codec.decode(own)]
}

describe('states of detectors as bytes', () => {
  it('are read the same from the middle of a Buffer, whose slices are views', () => {
    for (const [read, expected] of [
      fromMiddle(seriesCodec, emptySeries()),
      fromMiddle(countCodec, emptyCount()),
      fromMiddle(shareCodec, emptyShare()),
    ])
      expect(read).toStrictEqual(expected)
  })
})
