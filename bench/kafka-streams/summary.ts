import type { ContenderName } from './commands.js'
import type { Measured } from './contender.js'
import type { ContenderResult, JobResult } from './job-bench.js'
import type { JobName } from './jobs.js'

/** Figures of the median run, by events a second. */
export interface Figures {
  readonly events_per_second: number
  readonly cpu_seconds_per_million: number
  readonly peak_memory_mb: number
}

/** Which contender stands over which one. */
const ratios = [
  { name: 'ratio_events', of: 'pulso-memory', over: 'kafka-streams-rocksdb', what: 'events_per_second' },
  { name: 'ratio_cpu', of: 'pulso-memory', over: 'kafka-streams-rocksdb', what: 'cpu_seconds_per_million' },
  { name: 'ratio_events_memory', of: 'pulso-memory', over: 'kafka-streams-memory', what: 'events_per_second' },
  { name: 'ratio_cpu_memory', of: 'pulso-memory', over: 'kafka-streams-memory', what: 'cpu_seconds_per_million' },
  { name: 'ratio_events_disk', of: 'pulso-disk', over: 'kafka-streams-rocksdb', what: 'events_per_second' },
  { name: 'ratio_cpu_disk', of: 'pulso-disk', over: 'kafka-streams-rocksdb', what: 'cpu_seconds_per_million' },
] as const

/**
 * Ratios, each the least favourable of the jobs: the lowest of events a second, the highest of CPU; then all figures.
 * A ratio whose contenders did not run is left out.
 */
export function summaryOf(results: ReadonlyMap<JobName, JobResult>): object {
  const jobs = new Map([...results].map(([job, result]) => [job, figuresOf(result)]))
  const worst = ratios.flatMap(({ name, of, over, what }) => {
    const each = [...jobs.values()].flatMap((figures) => {
      const [one, other] = [figures.get(of), figures.get(over)]
      return one === undefined || other === undefined ? [] : [one[what] / other[what]]
    })
    if (each.length === 0) return []
    return [[name, rounded(what === 'events_per_second' ? Math.min(...each) : Math.max(...each), 2)] as const]
  })
  return {
    ...Object.fromEntries(worst),
    jobs: Object.fromEntries(
      [...jobs].map(([job, figures]) => [job, { outputs: results.get(job)?.outputs, ...Object.fromEntries(figures) }]),
    ),
  }
}

/** The figures of a job as lines for a person. */
export function tableOf(job: JobName, result: JobResult): string {
  const lines = [...figuresOf(result)].map(
    ([name, { events_per_second, cpu_seconds_per_million, peak_memory_mb }]) =>
      `| ${job} | ${name} | ${events_per_second} events/s | ${cpu_seconds_per_million} CPU s a million | ${peak_memory_mb} MB |\n`,
  )
  return lines.join('')
}

export const figuresOf = (result: JobResult): ReadonlyMap<ContenderName, Figures> =>
  new Map(result.contenders.map((contender) => [contender.name, medianOf(contender)]))

function medianOf({ name, runs }: ContenderResult): Figures {
  const median = runs.toSorted((one, other) => other.records / other.seconds - one.records / one.seconds)[
    Math.floor(runs.length / 2)
  ]
  if (median === undefined) throw new RangeError(`${name} has not run`)
  const { seconds, cpu, peakMemory, records } = median satisfies Measured
  return {
    events_per_second: Math.round(records / seconds),
    cpu_seconds_per_million: rounded((cpu * 1e6) / records, 2),
    peak_memory_mb: peakMemory,
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
