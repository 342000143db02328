import type { Operator, OperatorContext } from '../operator.js'
import type { Aggregate } from '../processor.js'
import type { Updates } from '../topology.js'
import { type AlignedSpec, gridOf, type WindowSpec } from '../window.js'
import { AlignedWindows } from './aligned-windows.js'
import type { KeyState, WindowLayout } from './layout.js'
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

/**
 * The operator of an `aggregate` step.
 * @throws RangeError when the windows need an aggregate with `merge` and this one has none.
 */
export function windowAggregate<In, Accumulator, Out>(
  step: WindowedStep<WindowSpec, In, Accumulator, Out>,
  context: OperatorContext,
): Operator<In, Out> {
  return withLayout(step, (layout) => new WindowOperator({ ...step, layout, grace: step.window.grace, context }))
}

type UseLayout<In, Accumulator, Result> = <State extends KeyState, Stored>(
  layout: WindowLayout<In, Accumulator, State, Stored>,
) => Result

/**
 * Chooses how the windows of the step lie.
 * @throws RangeError when the windows need an aggregate with `merge` and this one has none.
 */
export function withLayout<In, Accumulator, Out, Result>(
  step: WindowedStep<WindowSpec, In, Accumulator, Out>,
  use: UseLayout<In, Accumulator, Result>,
): Result {
  const { window } = step
  switch (window.kind) {
    case 'tumbling':
    case 'hopping':
      return withAligned({ ...step, window }, use)
    case 'sliding':
      return use(new SliceWindows<In, Accumulator>(slidingLayout(window.difference), merging(step)))
    case 'session':
      return use(new SessionWindows<In, Accumulator>(window.gap, merging(step)))
  }
}

/**
 * Tumbling and hopping windows. Overlapping windows share panes where only finals are given and the aggregate has
 * `merge`; with early updates every window is made up anyway each time it is given, so that each keeps its own sum.
 */
function withAligned<In, Accumulator, Out, Result>(
  { window, aggregate, updates }: WindowedStep<AlignedSpec, In, Accumulator, Out>,
  use: UseLayout<In, Accumulator, Result>,
): Result {
  const grid = gridOf(window)
  const shared = grid.advance < grid.size && grid.size % grid.advance === 0 && updates.kind === 'final-only'
  if (shared && canMerge(aggregate)) return use(new SliceWindows<In, Accumulator>(paneLayout(grid), aggregate))
  return use(new AlignedWindows<In, Accumulator>(grid, aggregate))
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
