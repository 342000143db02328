import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ModelDirectory } from '../../models/directory.js'
import { firstTokenOnly } from '../../models/onnx/first-token.js'
import { GraphBuilder } from '../../models/onnx/graph-builder.js'
import type { OnnxModel } from '../../models/onnx/model.js'
import { readOnnx } from '../../models/onnx/read.js'
import { writeOnnx } from '../../models/onnx/write.js'
import { projectPath } from '../../streams/project.js'

const config = z.looseObject({ num_hidden_layers: z.number().int() })

/**
 * The first layers of a BERT, and its last one behind them. How fast it is depends on its shape alone; its labels mean
 * nothing.
 * @throws when the model has not as many layers
 */
export function withLayers(given: OnnxModel, layers: number): OnnxModel {
  const model = firstTokenOnly(given)
  // one norm behind the embeddings, two in each layer, of which the second gives what the layer gives
  const norms = model.nodes.filter(({ op }) => op === 'LayerNormalization').map(({ outputs }) => outputs[0] ?? '')
  const all = (norms.length - 1) / 2
  const [from, to] = [norms[2 * (all - 1)], norms[2 * (layers - 1)]]
  if (!Number.isInteger(all) || layers < 1 || layers >= all || from === undefined || to === undefined)
    throw new Error(`a model with ${norms.length} norms has no ${layers} layers to be cut to`)
  const graph = new GraphBuilder(model)
  for (const node of model.nodes)
    graph.keep({ ...node, inputs: node.inputs.map((name) => (name === from ? to : name)) })
  return graph.build()
}

/** A copy of a model with so many layers, made in `.cache/`. @returns its directory */
export async function makeFewerLayers({ dir, onnxFile, id }: ModelDirectory, layers: number): Promise<string> {
  const made = projectPath(`.cache/sentiment-bench/${id}-${layers}-layers`)
  await mkdir(made, { recursive: true })
  await cp(join(dir, 'tokenizer.json'), join(made, 'tokenizer.json'))
  const own = config.parse(JSON.parse(await readFile(join(dir, 'config.json'), 'utf8')))
  await writeFile(join(made, 'config.json'), JSON.stringify({ ...own, num_hidden_layers: layers }))
  await writeFile(join(made, 'model.onnx'), writeOnnx(withLayers(readOnnx(await readFile(onnxFile)), layers)))
  return made
}
