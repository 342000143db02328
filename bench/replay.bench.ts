import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readFile } from '../connectors/file.js'
import { parseMapping } from '../connectors/mapping.js'
import { replay } from '../connectors/replay.js'
import { atOnce } from '../connectors/timeline.js'
import { Metrics } from '../sinks/metrics/metrics.js'
import { startEngine } from '../streams/app/engine.js'
import { letterOf, readyFor } from '../streams/app/ingest.js'
import type { ThreadMessage } from '../streams/app/messages.js'
import { openInstance } from '../streams/app/open.js'
import { type Config, type Overrides, readConfig } from '../streams/config.js'
import { projectPath } from '../streams/project.js'

const file = 'samples/news-es.jsonl.gz'
const mapping = parseMapping(['postId=twitter:{id}', 'createdAt={created_at}', 'source=twitter'])

interface StageFigure {
  records: number
  runMillis: number
  commitMillis: number
}

/**
 * How fast the posts of a real stream go from the log to final windows in the analytics store. The log is filled
 * first; the clock runs from the moment the tasks start to the moment every group has read all there is.
 *
 * `posts_per_second` is of the file and copies of it that follow in time (`--repeat`, in all), so that what the program
 * compiles and allocates at its start weighs little; `first_pass` is the file alone, right after the start. More than five
 * passes would reach into the future, which the engine refuses. `--posts` takes the first of the file alone.
 * `--aspect-model` names another model of aspects, or, left empty, none, for what it costs beside `--sentiment`.
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '3' },
      sentiment: { type: 'boolean', default: false },
      repeat: { type: 'string', default: '5' },
      topologies: { type: 'string', default: 'consumer-trends,emerging-words' },
      threads: { type: 'string' },
      'commit-interval': { type: 'string' },
      posts: { type: 'string' },
      'aspect-model': { type: 'string' },
    },
  })
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const overrides = {
    sentiment: String(values.sentiment),
    aspectModelDir: values['aspect-model'],
    topologies: values.topologies,
    streamThreads: values.threads,
    commitInterval: values['commit-interval'],
  }
  const most = values.posts === undefined ? Number.POSITIVE_INFINITY : Number(values.posts)
  const runs = (repeat: number) => several(Number(values.runs), () => run(overrides, repeat, most))
  const cold = await runs(1)
  const sustained = await runs(Number(values.repeat))
  const { posts_per_second, seconds, cpu_seconds, finals } = cold.median
  return {
    bench: 'replay',
    sentiment: values.sentiment,
    first_pass: { runs: cold.runs, posts_per_second, seconds, cpu_seconds, finals },
    runs: sustained.runs,
    ...sustained.median,
  }
}

async function several(count: number, runOnce: () => ReturnType<typeof run>) {
  const figures: Awaited<ReturnType<typeof run>>[] = []
  for (let index = 0; index < count; index += 1) {
    const one = await runOnce()
    figures.push(one)
    process.stdout.write(
      `${one.posts} posts, run ${index + 1}: ${one.posts_per_second} posts/s, ${one.cpu_seconds} CPU seconds, load ${loadavg()[0]?.toFixed(1)}\n`,
    )
  }
  // Lateness and finals depend on the input alone: another number would be a defect, not noise.
  const finals = new Set(figures.map((one) => one.finals))
  if (finals.size > 1) throw new Error(`the runs differ in their finals: ${[...finals].join(', ')}`)
  figures.sort((a, b) => a.posts_per_second - b.posts_per_second)
  const median = figures[Math.floor(figures.length / 2)]
  if (median === undefined) throw new RangeError('--runs is at least 1')
  return { runs: figures.map((one) => one.posts_per_second), median }
}

async function run(overrides: Overrides, repeat: number, most: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  try {
    const config = readConfig({ ...overrides, dataDir, samples: 'false', clickhousePort: '0', idleAfter: '1h' }, {})
    const filled = await fill(config, repeat, most)
    return { ...filled, ...(await drain(config, filled.posts)) }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function fill(config: Config, repeat: number, most: number) {
  const instance = await openInstance(config)
  const started = performance.now()
  let posts = 0
  for (let round = 0; round < repeat; round += 1) {
    const { sent } = await replay(
      first(readFile(projectPath(file), config.maxValueBytes), most),
      {
        ready: (fields) => {
          const time = Number(fields['createdAt']) + round * 400 * 86_400_000
          const postId = round === 0 ? fields['postId'] : `${fields['postId']}-${round}`
          return readyFor('posts', { ...fields, postId, createdAt: time })
        },
        append: (records) => instance.append(records),
        refuse: (refusals) => instance.append(refusals.map((refusal) => letterOf(refusal, 'posts', file, 0))),
      },
      {
        mapping,
        timeline: () => atOnce,
        now: () => 0,
        signal: new AbortController().signal,
        waitUntil: async () => {},
        batch: 2_000,
      },
    )
    posts += sent
  }
  const appendSeconds = (performance.now() - started) / 1_000
  await instance.close()
  return { posts, append_posts_per_second: Math.round(posts / appendSeconds) }
}

async function* first<Item>(items: AsyncIterable<Item>, most: number): AsyncIterable<Item> {
  let count = 0
  for await (const item of items) {
    if (count === most) return
    count += 1
    yield item
  }
}

async function drain(config: Config, posts: number) {
  const stages = new Map<string, StageFigure>()
  let rows = 0
  let writeMillis = 0
  let started: number | null = null
  let lastReport = 0
  const observe = (message: ThreadMessage) => {
    if (message.kind === 'committed') {
      const { stage, fates, runMillis, commitMillis } = message.report
      started ??= performance.now() - runMillis - commitMillis
      const figure = stages.get(stage) ?? { records: 0, runMillis: 0, commitMillis: 0 }
      figure.records += fates.read
      figure.runMillis += runMillis
      figure.commitMillis += commitMillis
      stages.set(stage, figure)
    } else if (message.kind === 'written') {
      rows += message.report.rows
      writeMillis += message.report.writeMillis
    }
    lastReport = performance.now()
  }
  const cpuBefore = process.cpuUsage()
  const engine = await startEngine(config, new Metrics({ processMetrics: false }), failed, observe)
  const work = await engine.work('', async () => {}, {
    assigned: () => {},
    expelled: () => {},
    unknown: () => {},
    failed: (_group, error) => failed(error),
    refused: failed,
  })
  const behind = async () => (await engine.instance.lag()).reduce((sum, { lag }) => sum + lag, 0)
  while (started === null || (await behind()) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const seconds = (lastReport - started) / 1_000
  const cpu = process.cpuUsage(cpuBefore)
  const finals = await engine.store.query<{ finals: number }>(
    'SELECT count() AS finals FROM pulso.trends FINAL WHERE isFinal',
  )
  await work.close()
  await engine.close()
  return {
    seconds: round(seconds),
    posts_per_second: Math.round(posts / seconds),
    cpu_seconds: round((cpu.user + cpu.system) / 1e6),
    posts_per_cpu_second: Math.round((posts * 1e6) / (cpu.user + cpu.system)),
    finals: finals[0]?.finals ?? 0,
    sink_rows: rows,
    sink_seconds: round(writeMillis / 1_000),
    stages: Object.fromEntries(
      [...stages].map(([stage, { records, runMillis, commitMillis }]) => [
        stage,
        { records, run_seconds: round(runMillis / 1_000), commit_seconds: round(commitMillis / 1_000) },
      ]),
    ),
  }
}

const failed = (error: Error): never => {
  throw error
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
