import type { Operator, OperatorContext } from '../operator.js'
import type { Aggregate } from '../processor.js'
import type { Updates } from '../topology.js'
import { type AlignedSpec, gridOf, type WindowSpec } from '../window.js'
import { AlignedWindows } from './aligned-windows.js'
import { paneLayout } from './pane-layout.js'
import { SessionWindows } from './session-windows.js'
import { type Merging, SliceWindows } from './slice-windows.js'
import { slidingLayout } from './sliding-layout.js'
import { WindowOperator } from './window-operator.js'

/** An `aggregate` step of a topology. */
export interface WindowedStep<Spec extends WindowSpec, In, Accumulator, Out> {
  readonly name: string
  readonly window: Spec
  readonly aggregate: Aggregate<In, Accumulator, Out>
  readonly updates: Updates
  readonly store: string
}

type SpecOf<Kind extends WindowSpec['kind']> = Extract<WindowSpec, { readonly kind: Kind }>

/**
 * The operator of an `aggregate` step.
 * @throws RangeError when the windows need an aggregate with `merge` and this one has none.
 */
export function windowAggregate<In, Accumulator, Out>(
  step: WindowedStep<WindowSpec, In, Accumulator, Out>,
  context: OperatorContext,
): Operator<In, Out> {
  const { window } = step
  switch (window.kind) {
    case 'tumbling':
    case 'hopping':
      return windowedAggregate({ ...step, window }, context)
    case 'sliding':
      return slidingAggregate({ ...step, window }, context)
    case 'session':
      return sessionAggregate({ ...step, window }, context)
  }
}

/**
 * Tumbling and hopping windows. Overlapping windows share panes where only finals are given and the aggregate has
 * `merge`; with early updates every window is made up anyway each time it is given, so that each keeps its own sum.
 */
export function windowedAggregate<In, Accumulator, Out>(
  step: WindowedStep<AlignedSpec, In, Accumulator, Out>,
  context: OperatorContext,
): Operator<In, Out> {
  const { window, aggregate, updates } = step
  const grid = gridOf(window)
  const shared = grid.advance < grid.size && grid.size % grid.advance === 0 && updates.kind === 'final-only'
  if (shared && canMerge(aggregate)) {
    const layout = new SliceWindows<In, Accumulator>(paneLayout(grid), aggregate)
    return new WindowOperator({ ...step, layout, grace: window.grace, context })
  }
  const layout = new AlignedWindows<In, Accumulator>(grid, aggregate)
  return new WindowOperator({ ...step, layout, grace: window.grace, context })
}

/** @throws RangeError when the aggregate has no `merge`. */
export function slidingAggregate<In, Accumulator, Out>(
  step: WindowedStep<SpecOf<'sliding'>, In, Accumulator, Out>,
  context: OperatorContext,
): Operator<In, Out> {
  const { difference, grace } = step.window
  const layout = new SliceWindows<In, Accumulator>(slidingLayout(difference), merging(step))
  return new WindowOperator({ ...step, layout, grace, context })
}

/** @throws RangeError when the aggregate has no `merge`. */
export function sessionAggregate<In, Accumulator, Out>(
  step: WindowedStep<SpecOf<'session'>, In, Accumulator, Out>,
  context: OperatorContext,
): Operator<In, Out> {
  const { gap, grace } = step.window
  const layout = new SessionWindows<In, Accumulator>(gap, merging(step))
  return new WindowOperator({ ...step, layout, grace, context })
}

function merging<In, Accumulator, Out>(
  step: WindowedStep<WindowSpec, In, Accumulator, Out>,
): Merging<In, Accumulator, Out> {
  const { name, window, aggregate } = step
  if (canMerge(aggregate)) return aggregate
  throw new RangeError(
    `step ${name}: ${window.kind} windows join accumulators, and the aggregate ${aggregate.name} has no merge; give it one`,
  )
}

function canMerge<In, Accumulator, Out>(
  aggregate: Aggregate<In, Accumulator, Out>,
): aggregate is Merging<In, Accumulator, Out> {
  return aggregate.merge !== undefined
}
