import type { Random } from '../random.js'

/** What can happen to workers and to what they stand on. */
export type Fault =
  /** `kill -9` of a worker, and the next one at once in its folder. */
  | 'worker killed'
  /** SIGTERM to a worker, and the next one in its folder. */
  | 'worker stopped'
  /** SIGSTOP for longer than its session: it is taken for dead, and goes on. */
  | 'worker frozen'
  | 'worker added'
  | 'broker killed'
  | 'broker stopped'
  | 'registry killed'
  | 'ClickHouse killed'
  /** One more, of a topic that is written outside and that all tasks of a stage read. */
  | 'partition of an input added'
  /** One more, of a topic that no task reads. */
  | 'partition of an output added'

const each: readonly Fault[] = [
  'worker killed',
  'worker stopped',
  'worker frozen',
  'worker added',
  'broker killed',
  'broker stopped',
  'registry killed',
  'ClickHouse killed',
  'partition of an input added',
  'partition of an output added',
]
/** What happens most often where workers run. */
const often: readonly Fault[] = ['worker killed', 'worker killed', 'worker killed', 'worker stopped']

/** One fault after the other, for ever: each kind, in an order of its own, then some more of what is frequent. */
export function* faults(chance: Random): Generator<Fault, never> {
  for (;;) {
    yield* shuffled(each, chance)
    yield* shuffled(often, chance)
  }
}

function shuffled<Value>(values: readonly Value[], chance: Random): readonly Value[] {
  const left = [...values]
  return values.map(() => left.splice(chance.between(0, left.length - 1), 1)[0] as Value)
}
