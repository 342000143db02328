import type { StepNode } from '../topology.js'
import type { Window, WindowSpec } from '../window.js'
import { type WindowedStep, withLayout } from './aggregates.js'
import { loadClosed, loadParts, type ReadableStore } from './window-store.js'

/** Steps that lay windows over keys. */
export type WindowsStep = Extract<StepNode, { readonly kind: 'aggregate' | 'aggregates' | 'frequent' }>

/** A window that is not closed yet, with its result as it would be given now. */
export interface OpenWindow<Out> {
  readonly window: Window
  readonly result: Out
}

/**
 * The open windows of a key as its stores hold them: every layout of the step, oldest windows first. Results are early
 * ones; their revision is that of the last update that was given, 0 where none was. A result at which the aggregate
 * throws is left out, as an early update would be.
 * @param open gives a store to read, as of a commit
 */
export function openWindows(
  step: WindowsStep,
  open: (store: string) => ReadableStore,
  key: string,
): readonly OpenWindow<unknown>[] {
  const { name, aggregate, updates } = step
  const layouts = step.kind === 'aggregate' ? [{ window: step.window, store: step.store }] : step.windows
  return layouts.flatMap(({ window, store }) => ofLayout({ name, window, aggregate, updates, store }, open(store), key))
}

function ofLayout<In, Accumulator, Out>(
  step: WindowedStep<WindowSpec, In, Accumulator, Out>,
  store: ReadableStore,
  key: string,
): readonly OpenWindow<Out>[] {
  return withLayout(step, (layout) => {
    const closed = loadClosed(store)
    const found = loadParts<Parameters<typeof layout.decode>[1][number]['stored']>(store, key)
    const windows: OpenWindow<Out>[] = []
    if (found === undefined) return windows
    layout.open(layout.decode(key, found.parts, closed), closed, (_, window, accumulator, _timestamp, revision) => {
      try {
        const result = step.aggregate.result(accumulator, { key, window, isFinal: false, revision })
        windows.push({ window, result })
      } catch {
        // The window is open: a final that cannot be made is a dead letter.
      }
    })
    return windows
  })
}
