import type { OnnxTensor } from './tensor.js'

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  /** Of a kind that nothing here looks into, as bytes of `AttributeProto`. */
  | { readonly kind: 'other'; readonly value: Uint8Array }

export interface OnnxNode {
  readonly name: string
  readonly op: string
  /** `com.microsoft` for the operators that only onnxruntime has; empty for those of ONNX. */
  readonly domain: string
  /** Empty for one that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string
  /** Element type as in `TensorProto.DataType`; 0 for what is no tensor. */
  readonly type: number
  /** Bytes of `ValueInfoProto`. */
  readonly bytes: Uint8Array
}

/** What of a `ModelProto` makes the model: its graph in the order in which nodes run. */
export interface OnnxModel {
  readonly irVersion: number
  /** What made the file; empty where it does not say. */
  readonly producer: string
  /** Version of the operators of each domain. */
  readonly opsets: ReadonlyMap<string, number>
  readonly nodes: readonly OnnxNode[]
  readonly constants: ReadonlyMap<string, OnnxTensor>
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}
