import { setFlagsFromString } from 'node:v8'
import type { ResourceLimits } from 'node:worker_threads'
import type { Config } from '../config.js'

/**
 * Room for what the threads of streams make. A run of a task makes few objects that live until its commit. Embedded,
 * twice as much for young ones costs 28 MB and replays no faster, half of it replays up to a tenth slower. On Kafka what
 * is fetched waits longer, and more of it.
 */
const limits: Readonly<Record<Config['backend'], ResourceLimits>> = {
  embedded: { maxYoungGenerationSizeMb: 24 },
  kafka: { maxYoungGenerationSizeMb: 48 },
}
/** Blocks are bytes outside of the heap; what else a sink makes dies at once. */
export const analyticsLimits: ResourceLimits = { maxYoungGenerationSizeMb: 6 }

/** By how many per cent a heap grows, with what it holds outside, before all of it is collected. */
const growth = 200

/**
 * Gives the limits of threads of streams, and says to V8 how seldom this process collects. On Kafka answers of brokers,
 * megabytes each, lie outside of a heap that holds 16 MB: as it comes, V8 looks at all of it after every 8 MB of them.
 */
export function streamHeaps(backend: Config['backend']): ResourceLimits {
  // `npm start` gives the main thread little room for young objects: what threads have is said by their limits
  setFlagsFromString('--max-semi-space-size=0')
  if (backend === 'kafka') setFlagsFromString(`--heap-growing-percent=${growth}`)
  return limits[backend]
}
