import type { OpenVinoLibrary } from './openvino/library.js'

/** Token ids of one text, special tokens included. */
export type TokenIds = readonly number[]

/** A classifier loaded into this thread. */
export interface Classifier {
  /** Numbers that it gives for one text. */
  readonly outputs: number
  /** Numbers that it computes with, for people. */
  readonly precision: string
  /**
   * Whether it is given few kinds of runs: 1, 2, 4, 8… texts, of lengths that are padded to the next multiple of
   * `lengthStep`. An engine that prepares itself for each number of texts and of tokens takes longer for that than for the
   * texts. Padding may change the last bits of a score, which must depend on the text alone: so a text is padded by its
   * own length, and not to that of its neighbours.
   */
  readonly fewShapes: boolean
  /** Logits of each text, one row of `outputs` numbers after the other. All rows must have the same (padded) length. */
  run(rows: readonly TokenIds[]): Promise<Float32Array>
  release(): Promise<void>
}

/** Numbers that a model is computed with; `auto` takes what is fastest without turning labels. */
export const precisions = ['auto', 'fp32', 'fp16', 'bf16', 'int8'] as const
export type Precision = (typeof precisions)[number]

export interface ClassifierOptions {
  readonly onnxFile: string
  /** The output to read; null: `logits`, or the only one. */
  readonly output: string | null
  readonly outputs: number
  /** Tokens of the longest text. */
  readonly maxTokens: number
  /** Threads inside one run. */
  readonly threads: number
  readonly graphOptimization: 'disabled' | 'basic' | 'extended' | 'all'
  readonly precision: Precision
  /** The runtime of the provider openvino. */
  readonly openVino: OpenVinoLibrary | null
}

const lengthStep = 8

/** So many tokens a text is padded to, where it is. */
export const paddedLength = (tokens: number, maxTokens: number): number =>
  Math.max(tokens, Math.min(Math.ceil(tokens / lengthStep) * lengthStep, maxTokens))

/** Loads a classifier on one kind of hardware. Called inside a worker thread: what it does may block. */
export type Provider = (options: ClassifierOptions) => Promise<Classifier>

export const knownInputs: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'token_type_ids'])

/** The output that is read, of those that there are. */
export const outputOf = (names: readonly string[], { output }: ClassifierOptions): string => {
  const wanted = output ?? 'logits'
  return names.find((name) => name === wanted) ?? names[0] ?? wanted
}

export const wrongOutput = ({ onnxFile, outputs }: ClassifierOptions, gave: string, rows: number): string =>
  `${onnxFile} gave ${gave}, not as float32[${rows},${outputs}]: it is no classifier with the ${outputs} labels of its config.json`
