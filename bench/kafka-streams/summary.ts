import type { ContenderName } from './commands.js'
import type { Stretch } from './contender.js'
import type { ContenderResult, JobResult } from './job-bench.js'
import type { JobName } from './jobs.js'

/** Figures of the median run, by events a second. */
export interface Figures {
  readonly events_per_second: number
  readonly cpu_seconds_per_million: number
  readonly peak_memory_mb: number
  /** After the warm-up. */
  readonly warm_events_per_second: number
  readonly warm_cpu_seconds_per_million: number
}

/** Which contender stands over which one. */
const pairs = [
  { of: 'pulso-memory', over: 'kafka-streams-rocksdb', name: '' },
  { of: 'pulso-memory', over: 'kafka-streams-memory', name: '_memory' },
  { of: 'pulso-disk', over: 'kafka-streams-rocksdb', name: '_disk' },
] as const
const figures = [
  { name: 'ratio_events', what: 'events_per_second', least: Math.min },
  { name: 'ratio_cpu', what: 'cpu_seconds_per_million', least: Math.max },
  { name: 'ratio_warm_events', what: 'warm_events_per_second', least: Math.min },
  { name: 'ratio_warm_cpu', what: 'warm_cpu_seconds_per_million', least: Math.max },
] as const
const ratios = pairs.flatMap(({ of, over, name }) =>
  figures.map((figure) => ({ ...figure, name: figure.name + name, of, over })),
)

/**
 * Ratios, each the least favourable of the jobs: the lowest of events a second, the highest of CPU; then all figures.
 * A ratio whose contenders did not run is left out.
 */
export function summaryOf(results: ReadonlyMap<JobName, JobResult>): object {
  const jobs = new Map([...results].map(([job, result]) => [job, figuresOf(result)]))
  const worst = ratios.flatMap(({ name, of, over, what, least }) => {
    const each = [...jobs.values()].flatMap((ofJob) => {
      const [one, other] = [ofJob.get(of), ofJob.get(over)]
      return one === undefined || other === undefined ? [] : [one[what] / other[what]]
    })
    if (each.length === 0) return []
    return [[name, rounded(least(...each), 2)] as const]
  })
  return {
    ...Object.fromEntries(worst),
    jobs: Object.fromEntries(
      [...jobs].map(([job, ofJob]) => [job, { outputs: results.get(job)?.outputs, ...Object.fromEntries(ofJob) }]),
    ),
  }
}

/** The figures of a job as lines for a person. */
export function tableOf(job: JobName, result: JobResult): string {
  const lines = [...figuresOf(result)].map(
    ([name, each]) =>
      `| ${job} | ${name} | ${each.events_per_second} events/s | ${each.cpu_seconds_per_million} CPU s a million | ` +
      `warm ${each.warm_events_per_second} | ${each.warm_cpu_seconds_per_million} | ${each.peak_memory_mb} MB |\n`,
  )
  return lines.join('')
}

export const figuresOf = (result: JobResult): ReadonlyMap<ContenderName, Figures> =>
  new Map(result.contenders.map((contender) => [contender.name, medianOf(contender)]))

function medianOf({ name, runs }: ContenderResult): Figures {
  const median = runs.toSorted((one, other) => rate(other) - rate(one))[Math.floor(runs.length / 2)]
  if (median === undefined) throw new RangeError(`${name} has not run`)
  const { warm, peakMemory } = median
  return {
    events_per_second: rate(median),
    cpu_seconds_per_million: cpuOfMillion(median),
    peak_memory_mb: peakMemory,
    warm_events_per_second: rate(warm),
    warm_cpu_seconds_per_million: cpuOfMillion(warm),
  }
}

const rate = ({ records, seconds }: Stretch): number => Math.round(records / seconds)
const cpuOfMillion = ({ records, cpu }: Stretch): number => rounded((cpu * 1e6) / records, 2)
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
