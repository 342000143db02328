import { InferenceSession, Tensor } from 'onnxruntime-node'
import {
  type Classifier,
  type ClassifierOptions,
  knownInputs,
  outputOf,
  type TokenIds,
  wrongOutput,
} from './provider.js'

type IntegerType = 'int64' | 'int32'

const integerTensor = (type: IntegerType, values: readonly number[], dims: readonly number[]): Tensor =>
  type === 'int32'
    ? new Tensor('int32', Int32Array.from(values), dims)
    : new Tensor('int64', BigInt64Array.from(values, BigInt), dims)

function integerInputs(session: InferenceSession, file: string): readonly { name: string; type: IntegerType }[] {
  return session.inputMetadata.map((input) => {
    const type = input.isTensor ? input.type : 'none'
    if (!knownInputs.has(input.name) || (type !== 'int64' && type !== 'int32'))
      throw new Error(
        `${file} asks for the input ${input.name} (${type}): only integer ${[...knownInputs].join(', ')} can be given; export a BERT-family classifier`,
      )
    return { name: input.name, type }
  })
}

/**
 * A session of onnxruntime as a classifier.
 * @param model the file, or the bytes of one
 */
export async function openSession(
  model: string | Uint8Array,
  options: ClassifierOptions,
  how: InferenceSession.SessionOptions,
): Promise<Classifier> {
  const given: InferenceSession.SessionOptions = {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.graphOptimization,
    logSeverityLevel: 3,
    ...how,
  }
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, given)
    : InferenceSession.create(model, given))
  const inputs = integerInputs(session, options.onnxFile)
  const output = outputOf(session.outputNames, options)

  const run = async (rows: readonly TokenIds[]): Promise<Float32Array> => {
    const dims = [rows.length, rows[0]?.length ?? 0]
    const ids = rows.flat()
    const values: Readonly<Record<string, readonly number[]>> = {
      input_ids: ids,
      attention_mask: ids.map(() => 1),
      token_type_ids: ids.map(() => 0),
    }
    const feeds = Object.fromEntries(
      inputs.map(({ name, type }) => [name, integerTensor(type, values[name] ?? [], dims)]),
    )
    const logits = (await session.run(feeds, [output]))[output]
    if (logits?.type !== 'float32' || logits.dims[0] !== rows.length || logits.dims[1] !== options.outputs)
      throw new Error(wrongOutput(options, `${output} as ${logits?.type}[${logits?.dims}]`, rows.length))
    return logits.data as Float32Array
  }
  return {
    outputs: options.outputs,
    precision: 'as the file has it',
    fewShapes: false,
    run,
    release: () => session.release(),
  }
}
