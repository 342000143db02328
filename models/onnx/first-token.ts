import { foldConstants } from './fold.js'
import type { OnnxModel, OnnxNode } from './model.js'
import { int32, int64, type OnnxTensor } from './tensor.js'

/** Operators that treat each token for itself, when all inputs but the first are constants of one token. */
const byToken = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Erf', 'Gelu', 'Tanh', 'Relu', 'Pow', 'Sqrt', 'Cast', 'LayerNormalization'],
  ...['MatMul', 'QuantizeLinear', 'DequantizeLinear', 'MatMulIntegerToFloat', 'FastGelu', 'BiasGelu'],
])
/** Operators whose output has a row for each token, in the encoders that are read here. */
const rowed = new Set([
  ...[
    'MatMul',
    'MatMulIntegerToFloat',
    'LayerNormalization',
    'Reshape',
    'QAttention',
    'Attention',
    'MultiHeadAttention',
  ],
])
const prefix = 'first_token_'

/** Whether a node was made here: it computes one token a text. */
export const isOfFirstToken = ({ name }: OnnxNode): boolean => name.startsWith(prefix)

class FirstToken {
  readonly #made = new Map<string, string>()
  readonly nodes: OnnxNode[] = []
  readonly #producers: ReadonlyMap<string, OnnxNode>
  /** Values of which all tokens are needed. */
  readonly #whole = new Set<string>()

  constructor(
    private readonly model: OnnxModel,
    private readonly gather: OnnxNode,
  ) {
    this.#producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
    const wanted = new Set([gather.inputs[0] ?? ''])
    for (const node of model.nodes.toReversed()) {
      const whole = node.outputs.some((output) => this.#whole.has(output))
      if (!whole && !node.outputs.some((output) => wanted.has(output))) continue
      const onlyFirst = !whole && this.#isByToken(node)
      if (!onlyFirst) for (const output of node.outputs) this.#whole.add(output)
      for (const input of node.inputs) (onlyFirst ? wanted : this.#whole).add(input)
    }
  }

  /** The first token of a value, computed from the first tokens of what it is computed from as far as that goes. */
  of(value: string): string {
    const known = this.#made.get(value)
    if (known !== undefined) return known
    const node = this.#producers.get(value)
    const name =
      node !== undefined && !this.#whole.has(value) && this.#isByToken(node)
        ? this.#add(node, [...node.inputs.map((input) => (this.#isConstant(input) ? input : this.of(input)))])
        : this.#add(this.gather, [value, this.gather.inputs[1] ?? ''])
    this.#made.set(value, name)
    return name
  }

  #add(like: OnnxNode, inputs: readonly string[]): string {
    const name = `${prefix}${this.nodes.length}`
    this.nodes.push({ ...like, name, inputs, outputs: [name] })
    return name
  }

  #isByToken({ op, inputs, outputs, attributes }: OnnxNode): boolean {
    if (!byToken.has(op) || outputs.length !== 1) return false
    const axis = attributes.get('axis')
    if (op === 'LayerNormalization' && axis !== undefined && axis.value !== -1) return false
    // a constant with more than one dimension may have one for the tokens, but for the matrix of a product
    const small = (name: string, at: number): boolean =>
      (this.model.constants.get(name)?.dims.length ?? 0) <= (/^MatMul/.test(op) && at === 1 ? 2 : 1)
    return inputs.every(
      (name, at) =>
        name === '' ||
        (this.#isConstant(name) ? small(name, at) : this.#mayBeComputed(op, at) && this.#hasTokens(name)),
    )
  }

  /** Inputs that may be computed values: both of a sum or product by elements, else the first. */
  #mayBeComputed(op: string, at: number): boolean {
    return at === 0 || (at === 1 && ['Add', 'Sub', 'Mul', 'Div'].includes(op))
  }

  /** Whether a value has a row for each token; false where that is not certain, as of a scale computed for a whole run. */
  #hasTokens(value: string): boolean {
    const node = this.#producers.get(value)
    if (node === undefined || node.outputs.length !== 1) return false
    if (rowed.has(node.op)) return true
    const computed = node.inputs.filter((input) => !this.#isConstant(input))
    return byToken.has(node.op) && computed.length > 0 && computed.every((input) => this.#hasTokens(input))
  }

  #isConstant(name: string): boolean {
    return name === '' || this.model.constants.has(name)
  }
}

function isZero(tensor: OnnxTensor | undefined): boolean {
  return (
    tensor !== undefined &&
    tensor.dims.length === 0 &&
    (tensor.type === int64 || tensor.type === int32) &&
    tensor.bytes.every((byte) => byte === 0)
  )
}

/**
 * Classifiers read the first token alone. What comes behind the last attention is computed for that token only, and not
 * for all; the numbers are the same. A model that does otherwise, or went through this before, is given back as it is.
 */
export function firstTokenOnly(given: OnnxModel): OnnxModel {
  if (given.nodes.some(isOfFirstToken)) return given
  const model = foldConstants(given)
  const at = model.nodes.findLastIndex(
    ({ op, inputs, attributes }) =>
      op === 'Gather' && attributes.get('axis')?.value === 1 && isZero(model.constants.get(inputs[1] ?? '')),
  )
  const gather = model.nodes[at]
  const value = gather?.inputs[0]
  if (gather === undefined || value === undefined) return given
  const first = new FirstToken(model, gather)
  const made = first.of(value)
  if (first.nodes.length < 2) return given
  const renamed = (name: string): string => (name === gather.outputs[0] ? made : name)
  const behind = model.nodes.slice(at + 1).map((node) => ({ ...node, inputs: node.inputs.map(renamed) }))
  return withoutUnused({ ...model, nodes: [...model.nodes.slice(0, at), ...first.nodes, ...behind] })
}

function withoutUnused(model: OnnxModel): OnnxModel {
  const wanted = new Set(model.outputs.map(({ name }) => name))
  const nodes: OnnxNode[] = []
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue
    nodes.push(node)
    for (const input of node.inputs) wanted.add(input)
  }
  const constants = new Map([...model.constants].filter(([name]) => wanted.has(name)))
  return { ...model, nodes: nodes.reverse(), constants }
}
