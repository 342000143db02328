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
 */
export async function bench(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '3' },
      sentiment: { type: 'boolean', default: false },
      repeat: { type: 'string', default: '1' },
      topologies: { type: 'string', default: 'consumer-trends,emerging-words' },
      threads: { type: 'string', default: '1' },
      'commit-interval': { type: 'string' },
    },
  })
  process.stdout.write(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}\n`)
  const runs = []
  for (let index = 0; index < Number(values.runs); index += 1) {
    const figures = await run(
      {
        sentiment: String(values.sentiment),
        topologies: values.topologies,
        streamThreads: values.threads,
        commitInterval: values['commit-interval'],
      },
      Number(values.repeat),
    )
    runs.push(figures)
    process.stdout.write(
      `run ${index + 1}: ${figures.posts_per_second} posts/s, ${figures.cpu_seconds} CPU seconds, load ${loadavg()[0]?.toFixed(1)}\n`,
    )
  }
  runs.sort((a, b) => a.posts_per_second - b.posts_per_second)
  const median = runs[Math.floor(runs.length / 2)]
  return { bench: 'replay', sentiment: values.sentiment, runs: runs.map((one) => one.posts_per_second), ...median }
}

async function run(overrides: Overrides, repeat: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'pulso-bench-'))
  try {
    const config = readConfig({ ...overrides, dataDir, samples: 'false', clickhousePort: '0', idleAfter: '60s' }, {})
    const filled = await fill(config, repeat)
    return { ...filled, ...(await drain(config, filled.posts)) }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function fill(config: Config, repeat: number) {
  const instance = await openInstance(config)
  const started = performance.now()
  let posts = 0
  for (let round = 0; round < repeat; round += 1) {
    const { sent } = await replay(
      readFile(projectPath(file), config.maxValueBytes),
      {
        ready: (fields) => {
          const time = Number(fields['createdAt']) + round * 400 * 86_400_000
          return readyFor('posts', { ...fields, postId: `${fields['postId']}-${round}`, createdAt: time })
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
  const engine = await startEngine(
    config,
    new Metrics({ processMetrics: false }),
    (error) => {
      throw error
    },
    observe,
  )
  const behind = async () => (await engine.instance.lag()).reduce((sum, { lag }) => sum + lag, 0)
  while (started === null || (await behind()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  const seconds = (lastReport - started) / 1_000
  const cpu = process.cpuUsage(cpuBefore)
  const finals = await engine.store.query<{ finals: number }>(
    'SELECT count() AS finals FROM pulso.trends FINAL WHERE isFinal',
  )
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

const round = (value: number): number => Math.round(value * 1_000) / 1_000
