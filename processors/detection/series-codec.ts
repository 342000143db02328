import { emptyCount } from './count-detector.js'
import { emptySeries } from './series-state.js'
import { emptyShare } from './share-detector.js'

/** The state of a detector as bytes, exactly: its numbers and arrays one after the other, in the order of an empty one. */
export interface StateCodec<State extends object> {
  /** Size of every encoded state in bytes. */
  readonly bytes: number
  encode(state: State): Uint8Array
  /** @throws RangeError when the bytes are not as many as a state has */
  decode(bytes: Uint8Array): State
  /** As `decode`; a state that is not there, or that a version with other parts wrote, is learned anew. */
  decodeOrBegin(bytes: Uint8Array | undefined): State
}

/** Goes through the numbers and arrays of a state, which is nested objects of those. */
function visit(state: object, number: (value: number) => number, array: (bytes: Uint8Array) => void): void {
  for (const [name, value] of Object.entries(state)) {
    if (typeof value === 'number') Reflect.set(state, name, number(value))
    else if (ArrayBuffer.isView(value)) array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    else visit(value, number, array)
  }
}

function codecOf<State extends object>(empty: () => State): StateCodec<State> {
  let size = 0
  visit(
    empty(),
    (value) => {
      size += 8
      return value
    },
    (array) => {
      size += array.length
    },
  )
  const codec: StateCodec<State> = {
    bytes: size,
    encode: (state) => {
      const bytes = new Uint8Array(size)
      const view = new DataView(bytes.buffer)
      let at = 0
      visit(
        state,
        (value) => {
          view.setFloat64(at, value)
          at += 8
          return value
        },
        (array) => {
          bytes.set(array, at)
          at += array.length
        },
      )
      return bytes
    },
    decode: (bytes) => {
      if (bytes.length !== size) {
        throw new RangeError(`a series has ${size} bytes, these are ${bytes.length}: written by another version?`)
      }
      const state = empty()
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      let at = 0
      visit(
        state,
        () => {
          at += 8
          return view.getFloat64(at - 8)
        },
        (array) => {
          array.set(bytes.subarray(at, at + array.length))
          at += array.length
        },
      )
      return state
    },
    decodeOrBegin: (bytes) => (bytes?.length === size ? codec.decode(bytes) : empty()),
  }
  return codec
}

/** Of counts and measurements (`detector.ts`). */
export const seriesCodec = codecOf(emptySeries)
/** Of counts of quarters of an hour (`count-detector.ts`). */
export const countCodec = codecOf(emptyCount)
/** Of shares (`share-detector.ts`). */
export const shareCodec = codecOf(emptyShare)
