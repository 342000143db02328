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

/** A part of a state: a number, an array, or an object of those. */
type Field =
  | { readonly name: string; readonly kind: 'number' }
  | { readonly name: string; readonly kind: 'array'; readonly bytes: number; of(bytes: ArrayBuffer): ArrayBufferView }
  | { readonly name: string; readonly kind: 'object'; readonly empty: object; readonly fields: readonly Field[] }

const makerOf = (array: ArrayBufferView): ((bytes: ArrayBuffer) => ArrayBufferView) => {
  if (array instanceof Float32Array) return (bytes) => new Float32Array(bytes)
  if (array instanceof Int16Array) return (bytes) => new Int16Array(bytes)
  if (array instanceof Uint8Array) return (bytes) => new Uint8Array(bytes)
  throw new TypeError('a state has arrays of 32-bit floats, 16-bit integers and bytes')
}

const fieldsOf = (empty: object): readonly Field[] =>
  Object.entries(empty).map(([name, value]): Field => {
    if (typeof value === 'number') return { name, kind: 'number' }
    if (ArrayBuffer.isView(value)) return { name, kind: 'array', bytes: value.byteLength, of: makerOf(value) }
    return { name, kind: 'object', empty: value, fields: fieldsOf(value) }
  })

const sizeOf = (fields: readonly Field[]): number =>
  fields.reduce((sum, field) => {
    return sum + (field.kind === 'number' ? 8 : field.kind === 'array' ? field.bytes : sizeOf(field.fields))
  }, 0)

/** Bytes, and how far they have been read or written. */
interface Cursor {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
}

const cursorOf = (bytes: Uint8Array): Cursor => ({
  ...{ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 },
})

function write(cursor: Cursor, state: object, fields: readonly Field[]): void {
  for (const field of fields) {
    const value: unknown = Reflect.get(state, field.name)
    if (field.kind === 'object') write(cursor, Object(value), field.fields)
    else if (field.kind === 'number') {
      cursor.view.setFloat64(cursor.at, Number(value))
      cursor.at += 8
    } else if (ArrayBuffer.isView(value)) {
      cursor.bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), cursor.at)
      cursor.at += field.bytes
    }
  }
}

/** Sets what was written, in a copy of an empty state. */
function read<State extends object>(cursor: Cursor, empty: State, fields: readonly Field[]): State {
  const state = { ...empty }
  for (const field of fields) {
    if (field.kind === 'object') Reflect.set(state, field.name, read(cursor, field.empty, field.fields))
    else if (field.kind === 'number') {
      Reflect.set(state, field.name, cursor.view.getFloat64(cursor.at))
      cursor.at += 8
    } else {
      // `slice` of a Buffer is a view, whose `buffer` is more than its bytes
      Reflect.set(
        state,
        field.name,
        field.of(new Uint8Array(cursor.bytes.subarray(cursor.at, cursor.at + field.bytes)).buffer),
      )
      cursor.at += field.bytes
    }
  }
  return state
}

function codecOf<State extends object>(empty: () => State): StateCodec<State> {
  const begun = empty()
  const fields = fieldsOf(begun)
  const size = sizeOf(fields)
  const codec: StateCodec<State> = {
    bytes: size,
    encode: (state) => {
      const cursor = cursorOf(new Uint8Array(size))
      write(cursor, state, fields)
      return cursor.bytes
    },
    decode: (bytes) => {
      if (bytes.length !== size) {
        throw new RangeError(`a series has ${size} bytes, these are ${bytes.length}: written by another version?`)
      }
      return read(cursorOf(bytes), begun, fields)
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
