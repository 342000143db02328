import type { SentimentLabel } from '../streams/engine/ports/batch.js'

export const sentimentLabels = ['negative', 'neutral', 'positive'] as const satisfies readonly SentimentLabel[]

/** For each output of the classifier, the index in `sentimentLabels` to which its probability is added. */
export type LabelMap = readonly number[]

const names: readonly (readonly [RegExp, SentimentLabel])[] = [
  [/^(very |extremely |muy |muito )?(neg|negative|negativ[ao])$/, 'negative'],
  [/^(neu|neutral|neutr[ao]|mixed)$/, 'neutral'],
  [/^(very |extremely |muy |muito )?(pos|positive|positiv[ao])$/, 'positive'],
  [/^[12] (star|stars|estrella|estrellas|estrelas?)$/, 'negative'],
  [/^3 (stars|estrellas|estrelas)$/, 'neutral'],
  [/^[45] (stars|estrellas|estrelas)$/, 'positive'],
]

/** What `LABEL_0`, `LABEL_1` ... mean in the classifiers that left them unnamed: the order is the one in common use. */
const unnamed: Readonly<Record<number, readonly SentimentLabel[]>> = {
  2: ['negative', 'positive'],
  3: ['negative', 'neutral', 'positive'],
}

function labelOf(name: string, outputs: number): SentimentLabel | undefined {
  const plain = name.trim().toLowerCase().replaceAll(/[_-]+/g, ' ')
  const numbered = /^label (\d+)$/.exec(plain)
  if (numbered) return unnamed[outputs]?.[Number(numbered[1])]
  return names.find(([pattern]) => pattern.test(plain))?.[1]
}

/**
 * Maps `id2label` of a config.json onto negative, neutral and positive by name.
 * @throws when an output has no known name, is missing, or when negative or positive has no output at all.
 */
export function mapLabels(id2label: Readonly<Record<string, string>>, file: string): LabelMap {
  const outputs = Object.keys(id2label).length
  const remedy = `name each output in id2label of ${file}: negative, neutral or positive`
  const map: number[] = []
  for (let id = 0; id < outputs; id += 1) {
    const name = id2label[id]
    if (name === undefined)
      throw new Error(`id2label of ${file} has ${outputs} names but none for output ${id}; ${remedy}`)
    const label = labelOf(name, outputs)
    if (label === undefined)
      throw new Error(`output ${id} of ${file} is called "${name}", which is no sentiment; ${remedy}`)
    map.push(sentimentLabels.indexOf(label))
  }
  for (const label of ['negative', 'positive'] as const)
    if (!map.includes(sentimentLabels.indexOf(label))) throw new Error(`no output of ${file} is ${label}; ${remedy}`)
  return map
}
