import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Classifier, Provider, TokenIds } from './provider.js'

const knownInputs = new Set(['input_ids', 'attention_mask', 'token_type_ids'])

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
 * onnxruntime on the CPU. The arenas are off: they keep the memory of the largest batch for ever, and sessions that
 * run one thread each gain nothing measurable by them.
 */
export const cpu: Provider = async (options): Promise<Classifier> => {
  const session = await InferenceSession.create(options.onnxFile, {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.graphOptimization,
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
  })
  const inputs = integerInputs(session, options.onnxFile)
  const wanted = options.output ?? 'logits'
  const output = session.outputNames.find((name) => name === wanted) ?? session.outputNames[0] ?? wanted

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
      throw new Error(
        `${options.onnxFile} gave ${output} as ${logits?.type}[${logits?.dims}], not as float32[${rows.length},${options.outputs}]: it is no classifier with the ${options.outputs} labels of its config.json`,
      )
    return logits.data as Float32Array
  }
  return { outputs: options.outputs, run, release: () => session.release() }
}
