import { type Asked, onBroker } from './asked.js'
import { type ContenderName, whyNoQuix } from './commands.js'
import { type LatencyOptions, latencyOf } from './latency.js'
import { figuresOf } from './summary.js'
import { resultsOf } from './throughput.js'

/**
 * Latency of the join for each contender and commit interval.
 * @param rate records a second; null: half of what the contender does over a full input with that interval
 */
export async function latencies(
  asked: Asked,
  rate: number | null,
  seconds: LatencyOptions['seconds'],
): Promise<object> {
  const found: object[] = []
  for (const commitInterval of asked.commitIntervals) {
    for (const name of asked.contenders) {
      const why = name === 'quix-streams' ? whyNoQuix() : null
      if (why !== null) {
        process.stdout.write(`WITHOUT QUIX STREAMS: ${why}\n`)
        continue
      }
      const at = rate ?? Math.round((await mostOf(asked, name, commitInterval)) / 2)
      const { keys } = asked.size
      const latency = await onBroker(asked.dir, (on) =>
        latencyOf(name, { ...asked, ...on, rate: at, keys, seconds, commitInterval }),
      )
      found.push({ contender: name, commit_interval: commitInterval, records_per_second: at, ...latency })
      process.stdout.write(`${JSON.stringify(found.at(-1))}\n`)
    }
  }
  return { bench: 'kafka-streams-latency', latencies: found }
}

/** Events a second of the join. */
async function mostOf(asked: Asked, name: ContenderName, commitInterval: number): Promise<number> {
  const results = await resultsOf({
    ...asked,
    ...{ jobs: ['enriched-bids'], contenders: [name], commitIntervals: [commitInterval] },
  })
  const [result] = results.values()
  return (result && figuresOf(result).get(name)?.events_per_second) ?? 0
}
