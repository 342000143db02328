import { readFile } from 'node:fs/promises'
import { firstTokenOnly } from '../../onnx/first-token.js'
import { isFused, lower } from '../../onnx/lower.js'
import type { OnnxModel } from '../../onnx/model.js'
import { readOnnx } from '../../onnx/read.js'
import { int32, int64 } from '../../onnx/tensor.js'
import { writeOnnx } from '../../onnx/write.js'
import {
  type Classifier,
  type ClassifierOptions,
  knownInputs,
  outputOf,
  type Precision,
  type Provider,
  paddedLength,
  type TokenIds,
  wrongOutput,
} from '../provider.js'
import { type Handle, loadOpenVino, type OpenVino } from './bindings.js'

const device = 'CPU'
/** As the property `INFERENCE_PRECISION_HINT` has them: of what is not computed as integers. */
const hints = { fp32: 'f32', bf16: 'bf16', int8: 'f32' } as const

type OwnPrecision = keyof typeof hints

const hasIntegers = (model: OnnxModel): boolean =>
  isFused(model) || model.nodes.some(({ op }) => op === 'DequantizeLinear')

/** Integers where the file has them, else bfloat16 where the processor computes with it. */
function chosen(precision: Precision, model: OnnxModel, capabilities: readonly string[]): OwnPrecision {
  if (precision === 'fp16') throw new Error('OpenVINO computes with fp32, bf16 or int8 on a CPU, not with fp16')
  if (precision === 'int8' && !hasIntegers(model)) throw new Error('the file has no integers to compute int8 with')
  if (precision !== 'auto') return precision
  if (hasIntegers(model)) return 'int8'
  return capabilities.includes('BF16') ? 'bf16' : 'fp32'
}

function inputsOf(openVino: OpenVino, model: Handle, graph: OnnxModel, file: string): readonly Input[] {
  return openVino.inputs(model).map(({ name, type }) => {
    const declared = graph.inputs.find((input) => input.name === name)?.type
    if (!knownInputs.has(name) || (declared !== int32 && declared !== int64))
      throw new Error(`${file} asks for the input ${name}: only integer ${[...knownInputs].join(', ')} can be given`)
    return { name, type, wide: declared === int64 }
  })
}

/** The model with the one output that is read. */
function read(bytes: Uint8Array, options: ClassifierOptions): OnnxModel {
  const model = readOnnx(bytes)
  const output = outputOf(
    model.outputs.map(({ name }) => name),
    options,
  )
  return { ...model, outputs: model.outputs.filter(({ name }) => name === output) }
}

interface Input {
  readonly name: string
  /** As OpenVINO numbers it. */
  readonly type: number
  /** Of 64 bits, else of 32. */
  readonly wide: boolean
}

/** Rows of `length` numbers: what is padded is 0 everywhere. */
function integers(wide: boolean, rows: readonly TokenIds[], length: number, name: string): BigInt64Array | Int32Array {
  const ids = new Int32Array(rows.length * length)
  for (const [row, tokens] of rows.entries()) {
    if (name === 'input_ids') ids.set(tokens, row * length)
    else if (name === 'attention_mask') ids.fill(1, row * length, row * length + tokens.length)
  }
  return wide ? BigInt64Array.from(ids, BigInt) : ids
}

/**
 * OpenVINO on the CPU. It knows fewer of the fused operators of onnxruntime, so that those are written out first. Each
 * classifier has threads of its own, which are not pinned: two would be pinned to the same cores.
 */
export const openvino: Provider = async (options): Promise<Classifier> => {
  if (options.openVino === null) throw new Error('no OpenVINO runtime was found: npm run cpu:setup installs one')
  const openVino = await loadOpenVino(options.openVino)
  const graph = firstTokenOnly(read(await readFile(options.onnxFile), options))
  const core = openVino.core()
  const capabilities = openVino.property(core, device, 'OPTIMIZATION_CAPABILITIES').split(/[\s,]+/)
  const precision = chosen(options.precision, graph, capabilities)
  const form = precision === 'int8' ? 'integers' : 'floats'
  const model = openVino.read(core, writeOnnx(isFused(graph) ? lower(graph, form, true) : graph))
  const inputs = inputsOf(openVino, model, graph, options.onnxFile)
  const compiled = compile(openVino, core, model, {
    INFERENCE_NUM_THREADS: String(options.threads),
    NUM_STREAMS: '1',
    INFERENCE_PRECISION_HINT: hints[precision],
    ENABLE_CPU_PINNING: 'NO',
  })
  openVino.free('model', model)
  const fewShapes = inputs.some(({ name }) => name === 'attention_mask')
  const lengthOf = (tokens: number): number => (fewShapes ? paddedLength(tokens, options.maxTokens) : tokens)
  const request = openVino.request(compiled)
  return {
    outputs: options.outputs,
    precision,
    fewShapes,
    run: (rows) => run(openVino, request, inputs, rows, lengthOf(rows[0]?.length ?? 0), options),
    release: async () => {
      openVino.free('infer_request', request)
      openVino.free('compiled_model', compiled)
      openVino.free('core', core)
    },
  }
}

/**
 * Without kernels that are generated for the whole of an attention: for lengths that are no multiple of 16 they take half
 * as long again as its steps one by one. The property is not a public one, so that it may be missing.
 */
function compile(
  openVino: OpenVino,
  core: Handle,
  model: Handle,
  properties: Readonly<Record<string, string>>,
): Handle {
  try {
    return openVino.compile(core, model, device, { ...properties, SNIPPETS_MODE: 'DISABLE' })
  } catch {
    return openVino.compile(core, model, device, properties)
  }
}

async function run(
  openVino: OpenVino,
  request: Handle,
  inputs: readonly Input[],
  rows: readonly TokenIds[],
  length: number,
  options: ClassifierOptions,
): Promise<Float32Array> {
  const dims = [rows.length, length]
  const given = inputs.map(({ name, type, wide }) => ({ name, type, values: integers(wide, rows, length, name) }))
  for (const { name, type, values } of given) openVino.setInput(request, name, type, dims, values)
  await openVino.infer(request)
  const output = openVino.output(request)
  // `given` is named here so that the collector leaves the numbers alone until they were read.
  if (output.dims[0] !== rows.length || output.dims[1] !== options.outputs || given.length !== inputs.length)
    throw new Error(wrongOutput(options, `[${output.dims}]`, rows.length))
  return output.values
}
