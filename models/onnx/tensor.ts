/** Element types of `TensorProto.DataType` that models of this family have. */
export const float32 = 1
export const uint8 = 2
export const int8 = 3
export const int32 = 6
export const int64 = 7
export const float16 = 10

/** A constant of a graph: numbers as little-endian bytes, in row-major order. */
export interface OnnxTensor {
  readonly name: string
  readonly type: number
  readonly dims: readonly number[]
  readonly bytes: Uint8Array
}

/** A copy at an address that every kind of number can start at. */
const aligned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

export const floatTensor = (name: string, dims: readonly number[], values: Float32Array): OnnxTensor => ({
  name,
  type: float32,
  dims,
  bytes: bytesOf(values),
})

export const int8Tensor = (name: string, dims: readonly number[], values: Int8Array): OnnxTensor => ({
  name,
  type: int8,
  dims,
  bytes: bytesOf(values),
})

export const int64Tensor = (name: string, dims: readonly number[], values: readonly number[]): OnnxTensor => ({
  name,
  type: int64,
  dims,
  bytes: bytesOf(BigInt64Array.from(values, BigInt)),
})

/** @throws when the tensor does not hold float32 */
export function floats(tensor: OnnxTensor): Float32Array {
  if (tensor.type !== float32) throw new Error(`the constant ${tensor.name} is of type ${tensor.type}, not float32`)
  return new Float32Array(aligned(tensor.bytes))
}

/** @throws when the tensor holds neither int8 nor uint8 */
export function smallIntegers(tensor: OnnxTensor): Int8Array | Uint8Array {
  if (tensor.type === int8) return new Int8Array(aligned(tensor.bytes))
  if (tensor.type === uint8) return tensor.bytes
  throw new Error(`the constant ${tensor.name} is of type ${tensor.type}, neither int8 nor uint8`)
}
