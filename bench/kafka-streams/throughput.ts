import { type Asked, onBroker } from './asked.js'
import { whyNoQuix } from './commands.js'
import { JobBench, type JobResult } from './job-bench.js'
import type { JobName } from './jobs.js'
import { type Figures, figuresOf, summaryOf, tableOf } from './summary.js'

/** Runs the contenders over one input; prints the table. */
export function resultsOf(asked: Asked): Promise<ReadonlyMap<JobName, JobResult>> {
  const { dir, jobs, contenders, runs, commitIntervals, ...given } = asked
  const [commitInterval = 1_000] = commitIntervals
  return onBroker(dir, async (on) => {
    const jobBench = await JobBench.open({ ...given, ...on, commitInterval })
    try {
      const results = new Map<JobName, JobResult>()
      for (const job of jobs) {
        const result = await jobBench.run(job, contenders, runs)
        process.stdout.write(tableOf(job, result))
        results.set(job, result)
      }
      return results
    } finally {
      await jobBench.close()
    }
  })
}

/**
 * Events a second and CPU of each contender. Quix Streams has an input of its own, of fewer bids: it would need minutes for
 * those of the others; Pulso reads that too, so that its outputs can be compared.
 */
export async function throughput(asked: Asked, quixBids: number): Promise<object> {
  const wantsQuix = asked.contenders.includes('quix-streams')
  const why = wantsQuix ? whyNoQuix() : null
  if (why !== null) process.stdout.write(`WITHOUT QUIX STREAMS: ${why}\n`)
  const others = asked.contenders.filter((name) => name !== 'quix-streams')
  const results = await resultsOfAll({ ...asked, contenders: others })
  const { size, partitions, workers, threads } = asked
  const summary = { ...summaryOf(results), ...size, partitions, workers, threads }
  if (!wantsQuix || why !== null) return { bench: 'kafka-streams', ...summary, ...(why !== null && { quix: why }) }
  const beside = await resultsOf({
    ...asked,
    ...{ contenders: ['pulso-memory', 'quix-streams'], size: { ...size, bids: quixBids }, warmUp: quixBids / 5 },
  })
  return { bench: 'kafka-streams', ...besideQuix(results, beside), ...summary, quix_bids: quixBids }
}

/** The join takes so much less time that it is given twice the bids: a few seconds say little. */
const moreBids = 2

async function resultsOfAll(asked: Asked): Promise<ReadonlyMap<JobName, JobResult>> {
  const isJoin = (job: JobName) => job === 'enriched-bids'
  const windows = asked.jobs.filter((job) => !isJoin(job))
  const joins = asked.jobs.filter(isJoin)
  const size = { ...asked.size, bids: moreBids * asked.size.bids }
  return new Map([
    ...(windows.length === 0 ? [] : await resultsOf({ ...asked, jobs: windows })),
    ...(joins.length === 0 ? [] : await resultsOf({ ...asked, jobs: joins, size, warmUp: moreBids * asked.warmUp })),
  ])
}

/** The least favourable of the jobs: Pulso over the input that the others have, and Quix Streams over its own. */
function besideQuix(results: ReadonlyMap<JobName, JobResult>, beside: ReadonlyMap<JobName, JobResult>): object {
  const jobs = [...beside].map(([job, result]) => {
    const figures = figuresOf(result)
    const large = results.get(job)
    const pulso = (large && figuresOf(large).get('pulso-memory')) ?? figures.get('pulso-memory')
    return { job, pulso, quix: figures.get('quix-streams'), outputs: result.outputs }
  })
  const ratio = (what: keyof Figures, over: (ratios: readonly number[]) => number) =>
    Number(over(jobs.map(({ pulso, quix }) => (pulso?.[what] ?? 0) / (quix?.[what] ?? 0))).toFixed(2))
  return {
    ratio_events_quix: ratio('events_per_second', (ratios) => Math.min(...ratios)),
    ratio_cpu_quix: ratio('cpu_seconds_per_million', (ratios) => Math.max(...ratios)),
    quix: Object.fromEntries(jobs.map(({ job, quix, outputs }) => [job, { outputs, ...quix }])),
  }
}
