import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire'
import type { Attribute, OnnxModel, OnnxNode, OnnxValue } from './model.js'
import { float16, float32, int8, int32, int64, type OnnxTensor, uint8 } from './tensor.js'

/** Calls for each field of a message; what the call does not read (it returns false) is skipped. */
function eachField(bytes: Uint8Array, field: (number: number, reader: BinaryReader, wire: WireType) => boolean): void {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (!field(number, reader, wire)) reader.skip(wire, number)
  }
}

const lengthDelimited = 2

/** Appends numbers that are packed into one field, or stand in one of their own. */
function numbers(reader: BinaryReader, wire: WireType, read: (from: BinaryReader) => number, into: number[]): true {
  if (wire !== lengthDelimited) into.push(read(reader))
  else {
    const packed = new BinaryReader(reader.bytes())
    while (packed.pos < packed.len) into.push(read(packed))
  }
  return true
}

const asNumber = (reader: BinaryReader): number => Number(reader.int64())

function rawBytes(type: number, values: readonly number[], name: string): Uint8Array {
  const of = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer)
  if (type === float32) return of(Float32Array.from(values))
  if (type === int64) return of(BigInt64Array.from(values, BigInt))
  if (type === int32) return of(Int32Array.from(values))
  if (type === int8) return of(Int8Array.from(values))
  if (type === uint8) return of(Uint8Array.from(values))
  if (type === float16) return of(Uint16Array.from(values))
  if (values.length === 0) return new Uint8Array()
  throw new Error(`the constant ${name} has elements of type ${type}, which are not known here`)
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = []
  const values: number[] = []
  let [type, name] = [0, '']
  let raw: Uint8Array | undefined
  eachField(bytes, (number, reader, wire) => {
    if (number === 1) return numbers(reader, wire, asNumber, dims)
    if (number === 2) type = reader.int32()
    else if (number === 4) return numbers(reader, wire, (from) => from.float(), values)
    else if (number === 5) return numbers(reader, wire, (from) => from.int32(), values)
    else if (number === 7) return numbers(reader, wire, asNumber, values)
    else if (number === 8) name = reader.string()
    else if (number === 9) raw = reader.bytes()
    else if (number === 14 && reader.int32() === 1)
      throw new Error(`the constant ${name} lies in a file of its own: models in several files are not read here`)
    else return number === 14
    return true
  })
  return { name, type, dims, bytes: raw ?? rawBytes(type, values, name) }
}

function readAttribute(bytes: Uint8Array): readonly [string, Attribute] {
  let name = ''
  let attribute: Attribute = { kind: 'other', value: bytes }
  const ints: number[] = []
  eachField(bytes, (number, reader, wire) => {
    if (number === 1) name = reader.string()
    else if (number === 2) attribute = { kind: 'float', value: reader.float() }
    else if (number === 3) attribute = { kind: 'int', value: asNumber(reader) }
    else if (number === 4) attribute = { kind: 'string', value: reader.string() }
    else if (number === 5) attribute = { kind: 'tensor', value: readTensor(reader.bytes()) }
    else if (number === 8) return numbers(reader, wire, asNumber, ints)
    else return false
    return true
  })
  return [name, ints.length > 0 ? { kind: 'ints', value: ints } : attribute]
}

function readNode(bytes: Uint8Array): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []]
  const attributes = new Map<string, Attribute>()
  let [name, op, domain] = ['', '', '']
  eachField(bytes, (number, reader) => {
    if (number === 1) inputs.push(reader.string())
    else if (number === 2) outputs.push(reader.string())
    else if (number === 3) name = reader.string()
    else if (number === 4) op = reader.string()
    else if (number === 5) attributes.set(...readAttribute(reader.bytes()))
    else if (number === 7) domain = reader.string()
    else return false
    return true
  })
  return { name, op, domain, inputs, outputs, attributes }
}

/** ValueInfoProto.type.tensor_type.elem_type */
function readValue(bytes: Uint8Array): OnnxValue {
  let [name, type] = ['', 0]
  const within = (of: Uint8Array, path: readonly number[]): void =>
    eachField(of, (number, reader) => {
      if (number !== path[0]) return false
      if (path.length > 1) within(reader.bytes(), path.slice(1))
      else type = reader.int32()
      return true
    })
  eachField(bytes, (number, reader) => {
    if (number === 1) name = reader.string()
    else return false
    return true
  })
  within(bytes, [2, 1, 1])
  return { name, type, bytes }
}

/**
 * Reads an ONNX file.
 * @throws when it is none, or has its constants elsewhere
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const [nodes, constants, inputs, outputs] = [
    [] as OnnxNode[],
    new Map<string, OnnxTensor>(),
    [] as OnnxValue[],
    [] as OnnxValue[],
  ]
  const opsets = new Map<string, number>()
  let [irVersion, producer] = [0, '']
  const graph = (of: Uint8Array): void =>
    eachField(of, (number, reader) => {
      if (number === 1) nodes.push(readNode(reader.bytes()))
      else if (number === 5) {
        const tensor = readTensor(reader.bytes())
        constants.set(tensor.name, tensor)
      } else if (number === 11) inputs.push(readValue(reader.bytes()))
      else if (number === 12) outputs.push(readValue(reader.bytes()))
      else return false
      return true
    })
  eachField(bytes, (number, reader) => {
    if (number === 1) irVersion = asNumber(reader)
    else if (number === 2) producer = reader.string()
    else if (number === 7) graph(reader.bytes())
    else if (number === 8) {
      let [domain, version] = ['', 0]
      eachField(reader.bytes(), (part, of) => {
        if (part === 1) domain = of.string()
        else if (part === 2) version = asNumber(of)
        else return false
        return true
      })
      opsets.set(domain === 'ai.onnx' ? '' : domain, version)
    } else if (number === 25) throw new Error('it has functions of its own, which are not read here')
    else return false
    return true
  })
  if (nodes.length === 0) throw new Error('it holds no graph: is it an ONNX file?')
  return { irVersion, producer, opsets, nodes, constants, inputs, outputs }
}
