import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Attribute, OnnxModel, OnnxNode } from './model.js'
import type { OnnxTensor } from './tensor.js'

const lengthDelimited = WireType.LengthDelimited
const varint = WireType.Varint

/** `AttributeProto.AttributeType` of what is written here. */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 } as const

function tensorBytes({ name, type, dims, bytes }: OnnxTensor): Uint8Array {
  const writer = new BinaryWriter()
  for (const dim of dims) writer.tag(1, varint).int64(dim)
  writer.tag(2, varint).int32(type)
  writer.tag(8, lengthDelimited).string(name)
  return writer.tag(9, lengthDelimited).bytes(bytes).finish()
}

function attributeBytes(name: string, attribute: Attribute): Uint8Array {
  if (attribute.kind === 'other') return attribute.value
  const writer = new BinaryWriter()
  writer.tag(1, lengthDelimited).string(name)
  if (attribute.kind === 'float') writer.tag(2, WireType.Bit32).float(attribute.value)
  else if (attribute.kind === 'int') writer.tag(3, varint).int64(attribute.value)
  else if (attribute.kind === 'string') writer.tag(4, lengthDelimited).string(attribute.value)
  else if (attribute.kind === 'tensor') writer.tag(5, lengthDelimited).bytes(tensorBytes(attribute.value))
  else for (const value of attribute.value) writer.tag(8, varint).int64(value)
  return writer.tag(20, varint).int32(attributeTypes[attribute.kind]).finish()
}

function nodeBytes({ name, op, domain, inputs, outputs, attributes }: OnnxNode): Uint8Array {
  const writer = new BinaryWriter()
  for (const input of inputs) writer.tag(1, lengthDelimited).string(input)
  for (const output of outputs) writer.tag(2, lengthDelimited).string(output)
  writer.tag(3, lengthDelimited).string(name)
  writer.tag(4, lengthDelimited).string(op)
  for (const [attribute, value] of attributes) writer.tag(5, lengthDelimited).bytes(attributeBytes(attribute, value))
  if (domain !== '') writer.tag(7, lengthDelimited).string(domain)
  return writer.finish()
}

function graphBytes({ nodes, constants, inputs, outputs }: OnnxModel): Uint8Array {
  const writer = new BinaryWriter()
  for (const node of nodes) writer.tag(1, lengthDelimited).bytes(nodeBytes(node))
  writer.tag(2, lengthDelimited).string('classifier')
  for (const tensor of constants.values()) writer.tag(5, lengthDelimited).bytes(tensorBytes(tensor))
  for (const value of inputs) writer.tag(11, lengthDelimited).bytes(value.bytes)
  for (const value of outputs) writer.tag(12, lengthDelimited).bytes(value.bytes)
  return writer.finish()
}

/** The bytes of an ONNX file. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, varint).int64(model.irVersion)
  if (model.producer !== '') writer.tag(2, lengthDelimited).string(model.producer)
  writer.tag(7, lengthDelimited).bytes(graphBytes(model))
  for (const [domain, version] of model.opsets) {
    const opset = new BinaryWriter()
    opset.tag(1, lengthDelimited).string(domain)
    opset.tag(2, varint).int64(version)
    writer.tag(8, lengthDelimited).bytes(opset.finish())
  }
  return writer.finish()
}
