import type { Attribute, OnnxModel, OnnxNode } from './model.js'
import { float16, float32, floats, type OnnxTensor } from './tensor.js'

/** The largest number of float16: what is larger, as the masks of attention are, becomes this. */
const most = 65_504

const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** The bits of the float16 nearest to a number, ties to even (IEEE 754-2019, 3.6). */
export function halfBits(value: number): number {
  single[0] = Math.min(most, Math.max(-most, value))
  const bits = singleBits[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 127
  const fraction = bits & 0x7fffff
  if (Number.isNaN(value)) return 0x7e00
  if (exponent < -25) return sign
  const rounded = (whole: number, dropped: number): number => {
    const rest = whole & ((1 << dropped) - 1)
    const middle = 1 << (dropped - 1)
    const kept = whole >>> dropped
    return rest > middle || (rest === middle && (kept & 1) === 1) ? kept + 1 : kept
  }
  // numbers below 2^-14 have no exponent of their own
  if (exponent < -14) return sign | rounded(fraction | 0x800000, -exponent - 1)
  return sign | (((exponent + 15) << 10) + rounded(fraction, 13))
}

function half(tensor: OnnxTensor): OnnxTensor {
  if (tensor.type !== float32) return tensor
  const numbers = floats(tensor)
  const bits = new Uint16Array(numbers.length)
  for (let at = 0; at < bits.length; at += 1) bits[at] = halfBits(numbers[at] ?? 0)
  return { ...tensor, type: float16, bytes: new Uint8Array(bits.buffer) }
}

function halfAttribute(op: string, name: string, attribute: Attribute): Attribute {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: half(attribute.value) }
  if (op === 'Cast' && name === 'to' && attribute.value === float32) return { kind: 'int', value: float16 }
  return attribute
}

/** Operators that must be given float32 scales or ranges. */
const kept = new Set(['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear'])

/**
 * The model with float16 in the place of float32; what it gives is float32 still.
 * @throws for a model with integers, whose scales have to stay as they are
 */
export function halved(model: OnnxModel): OnnxModel {
  const integer = model.nodes.find(({ op }) => kept.has(op))
  if (integer) throw new Error(`${integer.name || integer.op} computes with integers: it has no form in fp16`)
  const outputs = new Map(
    model.outputs.filter(({ type }) => type === float32).map(({ name }) => [name, `${name}_half`] as const),
  )
  const renamed = (name: string): string => outputs.get(name) ?? name
  const nodes = model.nodes.map((node): OnnxNode => {
    const attributes = [...node.attributes].map(
      ([name, attribute]) => [name, halfAttribute(node.op, name, attribute)] as const,
    )
    return {
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
      attributes: new Map(attributes),
    }
  })
  const casts = [...outputs].map(
    ([name, from]): OnnxNode => ({
      ...{ name: `cast_${name}`, op: 'Cast', domain: '', inputs: [from], outputs: [name] },
      attributes: new Map([['to', { kind: 'int', value: float32 } as const]]),
    }),
  )
  const constants = new Map([...model.constants].map(([name, tensor]) => [name, half(tensor)] as const))
  return { ...model, nodes: [...nodes, ...casts], constants }
}
