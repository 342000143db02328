import type { Asked } from './asked.js'
import type { JobName } from './jobs.js'
import { type Figures, figuresOf } from './summary.js'
import { resultsOf } from './throughput.js'

/** What one place of the grid differs in. */
interface Place {
  readonly partitions: number
  readonly workers: number
  readonly threads: number
  readonly keys: number
}

const usual: Place = { partitions: 4, workers: 1, threads: 2, keys: 1_000 }
const partitions = [1, 2, 4].map((count): Place => ({ ...usual, partitions: count, threads: Math.min(2, count) }))
const workers = [1, 2].map((count): Place => ({ ...usual, workers: count, threads: 1 }))
const keys = [1e3, 1e4, 1e5, 1e6].map((count): Place => ({ ...usual, keys: count }))
export const axes = { partitions, workers, keys } as const
export type Axis = keyof typeof axes

interface Measured extends Place, Figures {
  readonly axis: Axis
  readonly job: JobName
  readonly contender: string
  /** The same of all contenders: with more keys a bid may open more windows, which is more work and not a dearer event. */
  readonly outputs_per_event: number
}

/**
 * Measures each contender with 1, 2 and 4 partitions, with 1 and 2 workers of one thread (processes, not threads of one),
 * and with 1,000 to 1,000,000 keys.
 */
export async function grid(asked: Asked, wanted: readonly Axis[]): Promise<object> {
  const measured: Measured[] = []
  for (const axis of wanted) {
    for (const place of axes[axis]) {
      const { keys: count, ...rest } = place
      const size = { bids: asked.size.bids, keys: count }
      process.stdout.write(`${JSON.stringify(place)}\n`)
      for (const [job, result] of await resultsOf({ ...asked, ...rest, size })) {
        const outputs = rounded(result.outputs / size.bids)
        for (const [contender, figures] of figuresOf(result))
          measured.push({ axis, job, contender, ...place, outputs_per_event: outputs, ...figures })
      }
    }
  }
  return { bench: 'kafka-streams-grid', bids: asked.size.bids, ...costOfKeys(measured), grid: measured }
}

/** CPU of an event with the most keys over that with the fewest, for each job. */
function costOfKeys(measured: readonly Measured[]): object {
  const ofKeys = measured.filter(({ axis }) => axis === 'keys')
  const names = new Set(ofKeys.map(({ job, contender }) => `${job}, ${contender}`))
  const ratios = [...names].flatMap((name) => {
    const each = ofKeys.filter(({ job, contender }) => `${job}, ${contender}` === name)
    const [fewest, most] = [each[0], each.at(-1)]
    if (fewest === undefined || most === undefined || fewest === most) return []
    return [[name, rounded(most.warm_cpu_seconds_per_million / fewest.warm_cpu_seconds_per_million)] as const]
  })
  return { ratio_keys: Object.fromEntries(ratios) }
}

const rounded = (value: number): number => Number(value.toFixed(2))
