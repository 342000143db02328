import { Dedup } from './dedup.js'
import { FrequentKeys } from './frequent/frequent-keys.js'
import { StreamStreamJoin } from './joins/stream-stream.js'
import { StreamTableJoin } from './joins/stream-table.js'
import { TableTableJoin } from './joins/table-table.js'
import { KeyedProcess } from './keyed-process.js'
import type { Operator, OperatorContext } from './operator.js'
import { timedProcess } from './timers/timed-process.js'
import type { StepNode } from './topology.js'
import { windowAggregate } from './windowing/aggregates.js'
import { SeveralWindows } from './windowing/several-windows.js'

type StatefulStep = Extract<StepNode, { readonly store: string } | { readonly kind: 'aggregates' }>

/** How the operator of a step is made, and whether each record that it does not refuse leaves something in its state. */
export interface OperatorRecipe {
  readonly keeps: boolean
  make(context: OperatorContext): Operator<unknown, unknown>
}

export function operatorOf(step: StatefulStep): OperatorRecipe {
  switch (step.kind) {
    case 'aggregate':
      return { keeps: true, make: (context) => windowAggregate(step, context) }
    case 'aggregates':
      return { keeps: true, make: (context) => new SeveralWindows(step, context) }
    case 'frequent':
      return { keeps: true, make: (context) => new FrequentKeys(step, context) }
    case 'process':
      return { keeps: false, make: timedProcess(step) ?? ((context) => new KeyedProcess(step, context)) }
    case 'dedup':
      return { keeps: false, make: (context) => new Dedup(step, context) }
    case 'join':
      return joinOf(step)
  }
}

function joinOf({ join, store }: Extract<StatefulStep, { kind: 'join' }>): OperatorRecipe {
  switch (join.kind) {
    case 'stream-table':
      return { keeps: false, make: (context) => new StreamTableJoin(join, store, context) }
    case 'table-table':
      return { keeps: true, make: (context) => new TableTableJoin(join, store, context) }
    case 'stream-stream':
      return { keeps: true, make: (context) => new StreamStreamJoin(join, store, context) }
  }
}
