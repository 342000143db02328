import type { OnnxModel, OnnxNode } from './model.js'

/** The model with `Constant` nodes, and copies of constants that `Identity` makes, as constants of the graph. */
export function foldConstants(model: OnnxModel): OnnxModel {
  const constants = new Map(model.constants)
  const nodes: OnnxNode[] = []
  for (const node of model.nodes) {
    const { op, inputs, outputs, attributes } = node
    const given = attributes.get('value')
    const tensor =
      op === 'Identity' ? constants.get(inputs[0] ?? '') : op === 'Constant' && given?.kind === 'tensor' && given.value
    const [name] = outputs
    if (tensor && name !== undefined) constants.set(name, { ...tensor, name })
    else nodes.push(node)
  }
  return { ...model, nodes, constants }
}
