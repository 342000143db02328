import { aspectNumbers } from '../aspects.js'
import type { RunKinds } from '../pool/runs.js'
import { providers } from '../providers/index.js'
import type { Classifier, TokenIds } from '../providers/provider.js'
import { rowsAreIndependent } from './independence.js'
import { NativeGate } from './native-gate.js'
import type { Scored, WorkerSettings } from './protocol.js'

/** The classifier of one worker thread. */
export interface Scorer {
  readonly runs: RunKinds
  readonly precision: string
  /** Scores the texts of one run. What cannot be run fails alone. */
  score(rows: readonly TokenIds[]): Promise<readonly Scored[]>
  close(): Promise<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Loads the model, warms it up, and finds out whether its texts may share a run. */
export async function loadScorer({ model, plan, threads, frame, gate }: WorkerSettings): Promise<Scorer> {
  const native = new NativeGate(gate)
  const loaded = await providers[plan.name]({
    onnxFile: model.onnxFile,
    output: model.aspects?.output ?? null,
    outputs: model.labels.length + aspectNumbers(model.aspects),
    maxTokens: model.maxTokens,
    threads,
    graphOptimization: model.graphOptimization,
    precision: plan.precision,
    openVino: plan.openVino,
  })
  const classifier: Classifier = { ...loaded, run: (rows) => native.pass(() => loaded.run(rows)) }
  const together = await rowsAreIndependent(classifier, frame, model.vocabulary, model.maxTokens)
  return {
    runs: { together, fewShapes: classifier.fewShapes },
    precision: classifier.precision,
    score: (rows) => runOrBisect(rows, classifier),
    close: () => classifier.release(),
  }
}

/** Runs the rows together; when that fails, in halves, until what cannot be run fails alone. */
async function runOrBisect(rows: readonly TokenIds[], classifier: Classifier): Promise<readonly Scored[]> {
  try {
    const logits = await classifier.run(rows)
    return rows.map((_, row): Scored => {
      const own = Array.from(logits.subarray(row * classifier.outputs, (row + 1) * classifier.outputs))
      return own.every(Number.isFinite) ? own : `the classifier gave ${own.join(', ')}, which are no numbers`
    })
  } catch (error) {
    if (rows.length === 1) return [`the classifier failed: ${reasonOf(error)}`]
    const middle = Math.ceil(rows.length / 2)
    return [
      ...(await runOrBisect(rows.slice(0, middle), classifier)),
      ...(await runOrBisect(rows.slice(middle), classifier)),
    ]
  }
}
