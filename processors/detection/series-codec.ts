import { emptySeries, type SeriesState } from './series-state.js'

/** Goes through the numbers and arrays of a state in the order of an empty one, which is that of the bytes. */
function visit(state: SeriesState, number: (value: number) => number, array: (bytes: Uint8Array) => void): void {
  const inside = (part: object) => {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value === 'number') Reflect.set(part, name, number(value))
      else if (ArrayBuffer.isView(value)) array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      else inside(value)
    }
  }
  inside(state)
}

/** Size of every encoded state in bytes. */
export const encodedBytes = (() => {
  let bytes = 0
  visit(
    emptySeries(),
    (value) => {
      bytes += 8
      return value
    },
    (array) => {
      bytes += array.length
    },
  )
  return bytes
})()

/** The state as bytes, exactly. */
export function encodeSeries(state: SeriesState): Uint8Array {
  const bytes = new Uint8Array(encodedBytes)
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
}

/** @throws RangeError when the bytes are not as many as a state has */
export function decodeSeries(bytes: Uint8Array): SeriesState {
  if (bytes.length !== encodedBytes) {
    throw new RangeError(`a series has ${encodedBytes} bytes, these are ${bytes.length}: written by another version?`)
  }
  const state = emptySeries()
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
}
