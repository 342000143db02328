import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Broker } from '../tests/support/kafka/broker.js'
import { type ContenderName, compileJava, contenderNames } from './kafka-streams/contender.js'
import type { InputSize } from './kafka-streams/input.js'
import { JobBench, type JobResult } from './kafka-streams/job-bench.js'
import { type JobName, jobNames } from './kafka-streams/jobs.js'
import { type LatencyOptions, latencyOf } from './kafka-streams/latency.js'
import { summaryOf, tableOf } from './kafka-streams/summary.js'

/**
 * The same job in Pulso and in Kafka Streams: the same broker, topics and records, exactly-once in both, Avro decoded in
 * both. Time and CPU run from the first record to the last; the outputs are compared record by record.
 *
 * With `--latency-at` records a second, the latency of the join instead, for each of the `--commit-interval`s: from the
 * publishing of a record to its output, `--seconds` of warming up and of measuring.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: 'string', default: jobNames.join(',') },
      contenders: { type: 'string', default: contenderNames.join(',') },
      bids: { type: 'string', default: '1000000' },
      keys: { type: 'string', default: '1000' },
      partitions: { type: 'string', default: '4' },
      threads: { type: 'string', default: '2' },
      'commit-interval': { type: 'string', default: '1000' },
      'emit-interval': { type: 'string', default: '1000' },
      runs: { type: 'string', default: '3' },
      'latency-at': { type: 'string' },
      seconds: { type: 'string', default: '10,10' },
    },
  })
  const jobs = named(values.jobs, jobNames)
  const contenders = named(values.contenders, contenderNames)
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  const asked: Asked = {
    ...{ dir, jobs, contenders, runs: Number(values.runs), classes: compileJava(dir) },
    ...{ partitions: Number(values.partitions), threads: Number(values.threads) },
    emitInterval: Number(values['emit-interval']),
    commitIntervals: values['commit-interval'].split(',').map(Number),
    size: { bids: Number(values.bids), keys: Number(values.keys) },
  }
  try {
    if (values['latency-at'] === undefined) return await throughput(asked)
    const [warmUp = 10, measured = 10] = values.seconds.split(',').map(Number)
    return await latency(asked, Number(values['latency-at']), { warmUp, measured })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Asked {
  readonly dir: string
  readonly jobs: readonly JobName[]
  readonly contenders: readonly ContenderName[]
  readonly runs: number
  readonly classes: string
  readonly partitions: number
  readonly threads: number
  readonly emitInterval: number
  readonly commitIntervals: readonly number[]
  readonly size: InputSize
}

function throughput({ jobs, contenders, runs, commitIntervals, ...asked }: Asked): Promise<object> {
  const [commitInterval = 1_000] = commitIntervals
  return onBroker(asked.dir, async (on) => {
    const jobBench = await JobBench.open({ ...asked, ...on, commitInterval })
    try {
      const results = new Map<JobName, JobResult>()
      for (const job of jobs) {
        const result = await jobBench.run(job, contenders, runs)
        process.stdout.write(tableOf(job, result))
        results.set(job, result)
      }
      const { size, partitions, threads } = asked
      return { bench: 'kafka-streams', ...summaryOf(results), ...size, partitions, threads }
    } finally {
      await jobBench.close()
    }
  })
}

async function latency(
  { contenders, commitIntervals, size, ...asked }: Asked,
  rate: number,
  seconds: LatencyOptions['seconds'],
): Promise<object> {
  const latencies: object[] = []
  for (const commitInterval of commitIntervals) {
    for (const name of contenders) {
      const { keys } = size
      const found = await onBroker(asked.dir, (on) =>
        latencyOf(name, { ...asked, ...on, rate, keys, seconds, commitInterval }),
      )
      latencies.push({ contender: name, commit_interval: commitInterval, ...found })
      process.stdout.write(`${JSON.stringify(latencies.at(-1))}\n`)
    }
  }
  return { bench: 'kafka-streams', records_per_second: rate, latencies }
}

/** Does the work on a broker of its own, in folders of its own. */
async function onBroker<Result>(
  parent: string,
  work: (on: { readonly brokers: string; readonly dir: string }) => Promise<Result>,
): Promise<Result> {
  const [ofBroker, dir] = [mkdtempSync(join(parent, 'broker-')), mkdtempSync(join(parent, 'runs-'))]
  const broker = await Broker.start(ofBroker, { sessionTimeout: 30_000, jvm: ['-Xms512m', '-Xmx512m'] })
  try {
    return await work({ brokers: broker.address, dir })
  } finally {
    await broker.stop('SIGKILL')
  }
}

function named<Name extends string>(given: string, names: readonly Name[]): readonly Name[] {
  return given.split(',').map((text) => {
    const found = names.find((name) => name === text)
    if (found === undefined) throw new Error(`"${text}" is none of ${names.join(', ')}`)
    return found
  })
}
