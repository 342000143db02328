import type { Attribute, OnnxModel, OnnxNode } from './model.js'
import type { OnnxTensor } from './tensor.js'

export interface NodeParts {
  readonly output?: string
  readonly domain?: string
  readonly attributes?: Readonly<Record<string, Attribute>>
}

/** Writes the nodes of a graph one after the other, with the constants of another graph at hand. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = []
  readonly #constants: Map<string, OnnxTensor>
  #made = 0

  constructor(private readonly of: OnnxModel) {
    this.#constants = new Map(of.constants)
  }

  /** @throws when the value is no constant: what computes it cannot be known then */
  constant(name: string | undefined): OnnxTensor {
    const tensor = this.#constants.get(name ?? '')
    if (tensor === undefined) throw new Error(`${name === undefined || name === '' ? 'an input' : name} is no constant`)
    return tensor
  }

  /** Holds a constant. @returns its name */
  hold(tensor: OnnxTensor): string {
    const name = this.#fresh()
    this.#constants.set(name, { ...tensor, name })
    return name
  }

  keep(node: OnnxNode): void {
    this.#nodes.push(node)
  }

  /** @returns the name of the output */
  add(op: string, inputs: readonly string[], { output, domain = '', attributes = {} }: NodeParts = {}): string {
    const name = this.#fresh()
    const made = output ?? name
    this.#nodes.push({
      ...{ name, op, domain, inputs, outputs: [made] },
      attributes: new Map(Object.entries(attributes)),
    })
    return made
  }

  /** The graph without nodes, constants and inputs that nothing of the outputs comes from. */
  build(): OnnxModel {
    const wanted = new Set(this.of.outputs.map(({ name }) => name))
    const nodes: OnnxNode[] = []
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((output) => wanted.has(output))) continue
      nodes.unshift(node)
      for (const input of node.inputs) wanted.add(input)
    }
    return {
      ...this.of,
      nodes,
      constants: new Map([...this.#constants].filter(([name]) => wanted.has(name))),
      inputs: this.of.inputs.filter(({ name }) => wanted.has(name)),
    }
  }

  #fresh(): string {
    this.#made += 1
    return `lowered_${this.#made}`
  }
}
