import { aspectNumbers } from '../aspects.js'
import { providers } from '../providers/index.js'
import { type Classifier, paddedLength, type TokenIds } from '../providers/provider.js'
import { type Encode, loadTokenizer } from '../tokenizer/tokenizer.js'
import { rowsAreIndependent } from './independence.js'
import { NativeGate } from './native-gate.js'
import type { FromWorker, Scored, WorkerSettings } from './protocol.js'
import { cutIntoRuns, type RunLimits } from './runs.js'

type ScoredMessage = Extract<FromWorker, { kind: 'scored' }>

/** Tokenizer and classifier of one worker thread. */
export interface Scorer {
  readonly together: boolean
  readonly precision: string
  score(texts: readonly string[]): Promise<Omit<ScoredMessage, 'kind' | 'job'>>
  close(): Promise<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Loads the model, warms it up, and finds out whether its texts may share a run. */
export async function loadScorer({ model, plan, threads, tokensPerRun, gate }: WorkerSettings): Promise<Scorer> {
  const encode = await loadTokenizer(model.dir, model.maxTokens)
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
  const together = await rowsAreIndependent(classifier, encode(''), model.vocabulary, model.maxTokens)
  const limits: RunLimits = {
    ...{ tokens: tokensPerRun, together, powersOfTwo: classifier.fewShapes },
    lengthOf: (tokens) => (classifier.fewShapes ? paddedLength(tokens, model.maxTokens) : tokens),
  }
  return {
    together,
    precision: classifier.precision,
    score: (texts) => score(texts, encode, classifier, limits),
    close: () => classifier.release(),
  }
}

async function score(
  texts: readonly string[],
  encode: Encode,
  classifier: Classifier,
  limits: RunLimits,
): Promise<Omit<ScoredMessage, 'kind' | 'job'>> {
  const results: Scored[] = texts.map(() => 'not scored')
  const encoded = texts.map((text, at): TokenIds | undefined => {
    try {
      return encode(text)
    } catch (error) {
      results[at] = `cannot be cut into tokens: ${reasonOf(error)}`
      return undefined
    }
  })
  const runs = cutIntoRuns(encoded, limits)
  let tokens = 0
  for (const run of runs) {
    const rows = run.map((at) => encoded[at] ?? [])
    tokens += rows.reduce((sum, row) => sum + row.length, 0)
    const logits = await runOrBisect(rows, classifier)
    for (const [row, at] of run.entries()) results[at] = logits[row] ?? 'the classifier gave nothing'
  }
  return { results, tokens, runs: runs.length }
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
