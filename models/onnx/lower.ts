// Rewrites the fused integer operators of onnxruntime (domain com.microsoft) in operators of ONNX, so that other
// engines can run the file that ships. Definitions: onnxruntime's docs/ContribOperators.md.
import { isOfFirstToken } from './first-token.js'
import { GraphBuilder } from './graph-builder.js'
import type { OnnxModel, OnnxNode } from './model.js'
import { floats, floatTensor, int8, int64Tensor, type OnnxTensor, smallIntegers } from './tensor.js'

/** How products of matrices are written: of integers (quantised and dequantised beside each), or of the numbers meant. */
export type ProductForm = 'integers' | 'floats'

const microsoft = 'com.microsoft'
const blockQuantisedBits = 4
/** As onnxruntime has it where no other value is asked for. */
const hiddenBy = 10_000

const int = (value: number) => ({ kind: 'int', value }) as const
const ints = (value: readonly number[]) => ({ kind: 'ints', value }) as const

function intOf(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'int' ? attribute.value : fallback
}

/** Columns `from` to `to` of a matrix, or that part of a vector. */
function columns(tensor: OnnxTensor, from: number, to: number): OnnxTensor {
  const width = tensor.dims.at(-1) ?? 1
  const size = tensor.bytes.length / tensor.dims.reduce((product, dim) => product * dim, 1)
  const rows = tensor.bytes.length / size / width
  const bytes = new Uint8Array(rows * (to - from) * size)
  for (let row = 0; row < rows; row += 1)
    bytes.set(tensor.bytes.subarray((row * width + from) * size, (row * width + to) * size), row * (to - from) * size)
  return { ...tensor, dims: [...tensor.dims.slice(0, -1), to - from], bytes }
}

function scaled(tensor: OnnxTensor, factor: number): OnnxTensor {
  return floatTensor(
    tensor.name,
    tensor.dims,
    floats(tensor).map((value) => value * factor),
  )
}

/** A quantised matrix [in, out] with its scales and zero points, one for all or one a column. */
interface Weight {
  readonly steps: OnnxTensor
  readonly scales: OnnxTensor
  readonly zeros: OnnxTensor
}

class Lowering {
  readonly #graph: GraphBuilder
  readonly #producers: ReadonlyMap<string, OnnxNode>
  readonly #dequantised = new Map<string, string>()
  /** Masks as what is added to the shares of tokens, by the name that they have as ones and zeros. */
  readonly #hidden = new Map<string, string>()
  /** Of the node that is rewritten. */
  #form: ProductForm

  constructor(
    private readonly model: OnnxModel,
    private readonly form: ProductForm,
    private readonly masked: boolean,
  ) {
    this.#form = form
    this.#graph = new GraphBuilder(model)
    this.#producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  }

  run(): OnnxModel {
    for (const node of this.model.nodes) {
      // products of one token a text take no time: they are better exact
      this.#form = isOfFirstToken(node) ? 'floats' : this.form
      if (node.domain !== microsoft) this.#graph.keep(node)
      else if (node.op === 'QAttention') this.#attention(node)
      else if (node.op === 'MatMulIntegerToFloat') this.#product(node)
      else if (node.op === 'GatherBlockQuantized') this.#gather(node)
      else if (node.op === 'FastGelu' && this.#form === 'integers') this.#gelu(node)
      else this.#graph.keep(node)
    }
    return this.#graph.build()
  }

  /** The numbers that quantised activations stand for, or, where products are of floats, what they were made from. */
  #activation(name: string): string {
    const known = this.#dequantised.get(name)
    if (known !== undefined) return known
    const quantise = this.#producers.get(name)
    if (quantise?.op !== 'QuantizeLinear') throw new Error(`${name} is quantised by no QuantizeLinear`)
    const [from = '', ...range] = quantise.inputs
    const numbers = this.#form === 'floats' ? from : this.#graph.add('DequantizeLinear', [name, ...range])
    this.#dequantised.set(name, numbers)
    return numbers
  }

  #weight({ steps, scales, zeros }: Weight): string {
    if (this.#form === 'integers') {
      const inputs = [steps, scales, zeros].map((tensor) => this.#graph.hold(tensor))
      return this.#graph.add('DequantizeLinear', inputs, { attributes: { axis: int(1) } })
    }
    const [values, scale, zero] = [smallIntegers(steps), floats(scales), smallIntegers(zeros)]
    const width = steps.dims[1] ?? 1
    const numbers = new Float32Array(values.length)
    for (let at = 0; at < values.length; at += 1) {
      const column = at % width
      const distance = (values[at] ?? 0) - (zero[zero.length === 1 ? 0 : column] ?? 0)
      numbers[at] = distance * (scale[scale.length === 1 ? 0 : column] ?? 0)
    }
    return this.#graph.hold(floatTensor('', steps.dims, numbers))
  }

  #times(activation: string, weight: Weight, bias: OnnxTensor | undefined, output?: string): string {
    const named = output === undefined ? {} : { output }
    const inputs = [activation, this.#weight(weight)]
    if (bias === undefined) return this.#graph.add('MatMul', inputs, named)
    return this.#graph.add('Add', [this.#graph.add('MatMul', inputs), this.#graph.hold(bias)], named)
  }

  #zerosOf(name: string | undefined, steps: OnnxTensor, scales: OnnxTensor): OnnxTensor {
    const dims = scales.dims
    if (name === undefined || name === '')
      return { name: '', type: steps.type, dims, bytes: new Uint8Array(dims[0] ?? 1) }
    return this.#graph.constant(name)
  }

  /** A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias */
  #product({ inputs, outputs }: OnnxNode): void {
    const [a = '', b, , scale, , zero, bias] = inputs
    const [steps, scales] = [this.#graph.constant(b), this.#graph.constant(scale)]
    const weight = { steps, scales, zeros: this.#zerosOf(zero, steps, scales) }
    this.#times(this.#activation(a), weight, bias ? this.#graph.constant(bias) : undefined, outputs[0])
  }

  /**
   * input, weight, bias, input_scale, weight_scale, mask_index, input_zero_point, weight_zero_point. The mask is one of
   * ones and zeros [texts, tokens], as the exporters for BERT write it.
   */
  #attention(node: OnnxNode): void {
    const [input = '', weight, bias, , scale, mask = '', , zero] = node.inputs
    if (node.inputs.length > 8 || intOf(node, 'unidirectional', 0) !== 0)
      throw new Error(`${node.name} attends to the past alone: it is no encoder`)
    const [steps, scales, biases] = [weight, scale, bias].map((name) => this.#graph.constant(name)) as [
      OnnxTensor,
      OnnxTensor,
      OnnxTensor,
    ]
    const zeros = this.#zerosOf(zero, steps, scales)
    const heads = intOf(node, 'num_heads', 1)
    const hidden = (steps.dims[1] ?? 0) / 3
    const activation = this.#activation(input)
    const shape = (dims: readonly number[]): string => this.#graph.hold(int64Tensor('', [dims.length], dims))
    const divided = shape([0, 0, heads, hidden / heads])
    const part = (which: number, factor: number): string => {
      const cut = (tensor: OnnxTensor): OnnxTensor =>
        tensor.dims.at(-1) === hidden * 3 ? columns(tensor, which * hidden, (which + 1) * hidden) : tensor
      const own = { steps: cut(steps), scales: scaled(cut(scales), factor), zeros: cut(zeros) }
      return this.#graph.add('Reshape', [this.#times(activation, own, scaled(cut(biases), factor)), divided])
    }
    const turned = (value: string, order: readonly number[], output?: string): string =>
      this.#graph.add('Transpose', [value], { attributes: { perm: ints(order) }, ...(output ? { output } : {}) })
    const query = turned(part(0, 1 / Math.sqrt(hidden / heads)), [0, 2, 1, 3])
    // two steps: engines take the second one into the product, where they have both in one they copy the keys
    const key = turned(turned(part(1, 1), [0, 2, 1, 3]), [0, 1, 3, 2])
    const value = turned(part(2, 1), [0, 2, 1, 3])
    const hides = this.masked && mask !== ''
    const looks = this.#graph.add('MatMul', [query, key])
    const shares = this.#graph.add('Softmax', [hides ? this.#graph.add('Add', [looks, this.#hide(mask)]) : looks], {
      attributes: { axis: int(-1) },
    })
    const seen = turned(this.#graph.add('MatMul', [shares, value]), [0, 2, 1, 3])
    this.#graph.add('Reshape', [seen, shape([0, 0, hidden])], { output: node.outputs[0] ?? '' })
  }

  /** 0 for a token that is there, and so little for one that is not that nothing is left of it: [texts, 1, 1, tokens]. */
  #hide(mask: string): string {
    const known = this.#hidden.get(mask)
    if (known !== undefined) return known
    // looked up, as engines would do a computation again in each layer, for each pair of tokens
    const table = this.#graph.hold(floatTensor('', [2], Float32Array.of(-hiddenBy, 0)))
    const less = this.#graph.add('Gather', [table, mask], { attributes: { axis: int(0) } })
    const hidden = this.#graph.add('Unsqueeze', [less, this.#graph.hold(int64Tensor('', [2], [1, 2]))])
    this.#hidden.set(mask, hidden)
    return hidden
  }

  /**
   * The form with the error function for the one with tanh: they differ by 0.0005 at most, a fraction of a step of what
   * they are quantised to, and engines that put it behind the product take a third of the time for it.
   */
  #gelu({ inputs: [input = '', bias], outputs }: OnnxNode): void {
    const given = bias === undefined || bias === '' ? input : this.#graph.add('Add', [input, bias])
    this.#graph.add('Gelu', [given], { domain: microsoft, output: outputs[0] ?? '' })
  }

  /** data, indices, scales, zero_points: rows of four bits, the first of two in the low half, 8 standing for 0. */
  #gather(node: OnnxNode): void {
    const [data, indices = '', scale, zero] = node.inputs
    const [packed, scales] = [this.#graph.constant(data), this.#graph.constant(scale)]
    const block = intOf(node, 'block_size', 128)
    if (intOf(node, 'bits', 4) !== blockQuantisedBits || packed.type === int8 || (zero !== undefined && zero !== ''))
      throw new Error(`${node.name} is quantised in a way that is not known here`)
    const [rows = 0, bytes = 0] = packed.dims
    const [numbers, factors] = [new Float32Array(rows * bytes * 2), floats(scales)]
    for (let at = 0; at < rows * bytes; at += 1) {
      const pair = packed.bytes[at] ?? 0
      const row = Math.floor(at / bytes)
      const column = (at % bytes) * 2
      const factor = factors[row * (scales.dims[1] ?? 1) + Math.floor(column / block)] ?? 0
      numbers[at * 2] = ((pair & 15) - 8) * factor
      numbers[at * 2 + 1] = ((pair >> 4) - 8) * factor
    }
    const table = this.#graph.hold(floatTensor('', [rows, bytes * 2], numbers))
    this.#graph.add('Gather', [table, indices], { output: node.outputs[0] ?? '', attributes: { axis: int(0) } })
  }
}

const lowered = new Set(['QAttention', 'MatMulIntegerToFloat', 'GatherBlockQuantized'])

/** Whether the model has operators that `lower` rewrites. */
export const isFused = ({ nodes }: OnnxModel): boolean =>
  nodes.some(({ op, domain }) => domain === microsoft && lowered.has(op))

/**
 * The same classifier without QAttention, MatMulIntegerToFloat and GatherBlockQuantized.
 * @param masked whether texts may be padded; else the mask is left out, as it is all ones
 * @throws naming the node that cannot be rewritten
 */
export const lower = (model: OnnxModel, form: ProductForm, masked = false): OnnxModel =>
  new Lowering(model, form, masked).run()
