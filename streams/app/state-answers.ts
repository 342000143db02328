import { flushedValue } from '../engine/keyed-state.js'
import type { Stage } from '../engine/stage.js'
import { openWindows, type WindowsStep } from '../engine/windowing/open-windows.js'
import type { ReadableStore } from '../engine/windowing/window-store.js'
import type { KeyAnswer, Question } from './messages.js'

/**
 * What the state of a task says.
 * @param open gives a store of the task, as of its latest commit
 */
export function answerOf(question: Question, stage: Stage, open: (store: string) => ReadableStore): KeyAnswer {
  const value = found(question, stage, open)
  return value === undefined ? { kind: 'absent' } : { kind: 'found', value }
}

function found(question: Question, { id, steps }: Stage, open: (store: string) => ReadableStore): unknown {
  if (question.kind === 'value') return flushedValue(open(question.store), question.key)
  const step = steps.find(({ name }) => name === question.step)
  if (step === undefined || !hasWindows(step)) throw new Error(`stage ${id} has no windows in a step ${question.step}`)
  return openWindows(step, open, question.key)
}

/** Whether the step lays windows over keys. */
export const hasWindows = (step: Stage['steps'][number]): step is WindowsStep =>
  step.kind === 'aggregate' || step.kind === 'aggregates' || step.kind === 'frequent'
