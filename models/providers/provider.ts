/** Token ids of one text, special tokens included. */
export type TokenIds = readonly number[]

/** A classifier loaded into this thread. */
export interface Classifier {
  /** Numbers that it gives for one text. */
  readonly outputs: number
  /**
   * Logits of each text, one row of `outputs` numbers after the other. All rows must have the same length: padding
   * could change the last bits of a score, which must depend on the text alone.
   */
  run(rows: readonly TokenIds[]): Promise<Float32Array>
  release(): Promise<void>
}

export interface ClassifierOptions {
  readonly onnxFile: string
  /** The output to read; null: `logits`, or the only one. */
  readonly output: string | null
  readonly outputs: number
  /** Threads inside one run. */
  readonly threads: number
  readonly graphOptimization: 'disabled' | 'basic' | 'extended' | 'all'
}

/** Loads a classifier on one kind of hardware. Called inside a worker thread: what it does may block. */
export type Provider = (options: ClassifierOptions) => Promise<Classifier>
