import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Asked } from './kafka-streams/asked.js'
import { compileJava, contenderNames } from './kafka-streams/commands.js'
import { type Axis, axes, grid } from './kafka-streams/grid.js'
import { jobNames } from './kafka-streams/jobs.js'
import { latencies } from './kafka-streams/latencies.js'
import { throughput } from './kafka-streams/throughput.js'

/**
 * The same job in Pulso, in Kafka Streams and in Quix Streams (where Python has it): the same broker, topics and records,
 * exactly-once in all, Avro decoded in all. Time and CPU run from the first record to the last, and once more from the end
 * of the `--warm-up`, so many bids, to the last; the outputs are compared record by record.
 *
 * With `--latency`, how long the join takes from the publishing of a record to its output, at half of what each
 * contender can do, or at `--rate` records a second, for each of the `--commit-interval`s: `--seconds` of warming up and
 * of measuring. With `--grid`, the cost with more partitions, workers and keys.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: 'string', default: jobNames.join(',') },
      contenders: { type: 'string', default: contenderNames.join(',') },
      bids: { type: 'string', default: '1000000' },
      keys: { type: 'string', default: '1000' },
      'warm-up': { type: 'string', default: '200000' },
      partitions: { type: 'string', default: '4' },
      workers: { type: 'string', default: '1' },
      threads: { type: 'string', default: '2' },
      'commit-interval': { type: 'string', default: '1000' },
      'emit-interval': { type: 'string', default: '1000' },
      runs: { type: 'string', default: '3' },
      'quix-bids': { type: 'string', default: '100000' },
      latency: { type: 'boolean', default: false },
      rate: { type: 'string' },
      seconds: { type: 'string', default: '10,10' },
      grid: { type: 'boolean', default: false },
      axes: { type: 'string', default: Object.keys(axes).join(',') },
    },
  })
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const dir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  const asked: Asked = {
    ...{ dir, classes: compileJava(dir), runs: Number(values.runs) },
    jobs: named(values.jobs, jobNames),
    contenders: named(values.contenders, contenderNames),
    ...{ partitions: Number(values.partitions), workers: Number(values.workers), threads: Number(values.threads) },
    emitInterval: Number(values['emit-interval']),
    commitIntervals: values['commit-interval'].split(',').map(Number),
    size: { bids: Number(values.bids), keys: Number(values.keys) },
    warmUp: Number(values['warm-up']),
  }
  try {
    if (values.grid) return await grid(asked, named<Axis>(values.axes, ['partitions', 'workers', 'keys']))
    if (!values.latency) return await throughput(asked, Number(values['quix-bids']))
    const [warmUp = 10, measured = 10] = values.seconds.split(',').map(Number)
    return await latencies(asked, values.rate === undefined ? null : Number(values.rate), { warmUp, measured })
  } finally {
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
