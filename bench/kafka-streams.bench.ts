import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Broker } from '../tests/support/kafka/broker.js'
import { compileJava, contenderNames } from './kafka-streams/contender.js'
import { JobBench } from './kafka-streams/job-bench.js'
import { type JobName, jobNames } from './kafka-streams/jobs.js'
import { summaryOf, tableOf } from './kafka-streams/summary.js'

/**
 * The same job in Pulso and in Kafka Streams: the same broker, topics and records, exactly-once in both, Avro decoded in
 * both. Time and CPU run from the first record to the last; the outputs are compared record by record.
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
    },
  })
  const jobs = named(values.jobs, jobNames)
  const contenders = named(values.contenders, contenderNames)
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  let broker: Broker | undefined
  try {
    const [ofBroker, ofRuns] = [join(dir, 'broker'), join(dir, 'runs')]
    mkdirSync(ofBroker)
    mkdirSync(ofRuns)
    const classes = compileJava(dir)
    broker = await Broker.start(ofBroker, { sessionTimeout: 30_000, jvm: ['-Xms512m', '-Xmx512m'] })
    const on = {
      ...{ brokers: broker.address, dir: ofRuns, classes, partitions: Number(values.partitions) },
      ...{ threads: Number(values.threads), commitInterval: Number(values['commit-interval']) },
      emitInterval: Number(values['emit-interval']),
      size: { bids: Number(values.bids), keys: Number(values.keys) },
    }
    const jobBench = await JobBench.open(on)
    try {
      const results = new Map<JobName, Awaited<ReturnType<JobBench['run']>>>()
      for (const job of jobs) {
        const result = await jobBench.run(job, contenders, Number(values.runs))
        process.stdout.write(tableOf(job, result))
        results.set(job, result)
      }
      return { bench: 'kafka-streams', ...summaryOf(results), ...on.size, partitions: on.partitions }
    } finally {
      await jobBench.close()
    }
  } finally {
    await broker?.stop('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

function named<Name extends string>(given: string, names: readonly Name[]): readonly Name[] {
  return given.split(',').map((text) => {
    const found = names.find((name) => name === text)
    if (found === undefined) throw new Error(`"${text}" is none of ${names.join(', ')}`)
    return found
  })
}
