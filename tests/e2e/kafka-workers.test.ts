import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readControlFile } from '../../streams/app/control.js'
import { projectPath } from '../../streams/project.js'
import { askedUntil } from '../support/asked-until.js'
import {
  blocksOf,
  type Cluster,
  runJava,
  runKcat,
  runPython,
  whyNoConsumer,
} from '../support/kafka/foreign-consumers.js'
import { sharedBroker, sharedRegistry, whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { askWorker, openWindowsExpected, openWindowsTold } from '../support/open-trends.js'
import { scratchFolder } from '../support/scratch.js'
import { compareAll } from '../verify/compare/all.js'
import { reportOf, totalOf } from '../verify/comparison.js'
import { EngineProcess } from '../verify/engine-process.js'
import { verificationInput } from '../verify/input.js'
import { allTaken, takenOrder } from '../verify/oracle/topic-log.js'
import { type OracleRun, oracleRun } from '../verify/oracle-run.js'
import { environmentOf, firstWidths, limits } from '../verify/world.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip
const input = { seed: 3, posts: 200 }

const askStanding = (address: string, postId: string): Promise<Response> =>
  askWorker(address, `/api/v1/posts/${encodeURIComponent(postId)}/standing`)

withKafka('two workers on a Kafka cluster', () => {
  const scratch = scratchFolder()
  const [first, second] = [join(scratch.dir, 'first'), join(scratch.dir, 'second')] as const
  let run: OracleRun
  let cluster: Cluster
  /** Of the second worker, which has no tables. */
  let environment: Readonly<Record<string, string>>
  let commits = 0

  beforeAll(async () => {
    cluster = { brokers: await sharedBroker(), registry: await sharedRegistry() }
    const settings = {
      PULSO_BACKEND: 'kafka',
      PULSO_KAFKA_BROKERS: cluster.brokers,
      PULSO_SCHEMA_REGISTRY_URL: cluster.registry,
      PULSO_KAFKA_APPLICATION: `test-${randomUUID().slice(0, 8)}`,
      PULSO_KAFKA_SESSION_TIMEOUT: '6s',
      PULSO_STREAM_THREADS: '1',
      PULSO_STANDBYS: '1',
    }
    // This one is there first, so that it has tasks whatever the speed of the other.
    environment = { ...environmentOf({ dataDir: second, sentiment: false }), ...settings, PULSO_TABLES: 'false' }
    const doomed = await EngineProcess.start(second, environment)
    doomed.onLine((line) => {
      if (line['begins'] !== 'commit') return
      commits += 1
      if (commits === 6) void doomed.kill()
    })
    try {
      run = await oracleRun({
        ...{ dataDir: first, ...input, sentiment: false, settings, say: () => {} },
        meanwhile: async () => {
          await doomed.ended
        },
      })
    } finally {
      await doomed.kill()
    }
  })

  afterAll(async () => {
    await run?.close()
    scratch.remove()
  })

  it('write what one engine writes, though one of them was killed in the midst of it', async () => {
    expect(commits).toBeGreaterThanOrEqual(6)
    const sent = allTaken(takenOrder([{ events: verificationInput(input), widths: firstWidths }], limits()))
    const compared = await compareAll(run.instance, sent, run.expected)
    const { differences, numbers } = totalOf(compared)
    expect(differences === 0 ? '' : reportOf(compared)).toBe('')
    expect(numbers).toBeGreaterThan(20_000)
  })

  it('say what stands of a post and what is counted so far: the one that has it does, the other names that one', async () => {
    // asked before the other comes: afterwards it may have some of them already
    const metrics = await (await fetch(`${readControlFile(first)?.url}/metrics`)).text()
    const tasks = Number(/^pulso_owned_tasks\{group="[^"]*\.streams"\} (\d+)$/m.exec(metrics)?.[1])
    const worker = EngineProcess.launch(second, environment)
    const shared = new Promise<void>((resolve) =>
      worker.onLine(({ group, tasks: mine }) => {
        if (String(group).endsWith('.streams') && mine === Math.floor(tasks / 2)) resolve()
      }),
    )
    try {
      await shared
      const [at, also] = [first, second].map((dir) => readControlFile(dir)?.url ?? '') as [string, string]
      const standing = new Map<string, number | null>()
      for (const { mention, sign } of run.expected.changes)
        standing.set(mention.postId, sign === 1 ? mention.revision : null)
      const answered = new Set<string>()
      for (const [postId, revision] of standing) {
        const [one, other] = [await askStanding(at, postId), await askStanding(also, postId)]
        const [has, hasNot] = one.status === 421 ? [other, one] : [one, other]
        expect(has.status).toBe(200)
        const told = (await has.json()) as { readonly standing: { readonly revision: number } | null }
        expect(told.standing?.revision ?? null).toBe(revision)
        expect([hasNot.status, hasNot.headers.get('location')]).toEqual([421, has.url])
        answered.add(new URL(has.url).origin)
      }
      expect(answered).toEqual(new Set([at, also]))
      await tellOpenWindows([at, also])
      await tellOperations(at)
      const unknown = [await askStanding(at, 'nobody:1'), await askStanding(also, 'nobody:1')]
      expect(unknown.map(({ status }) => status).sort()).toEqual([404, 421])
    } finally {
      await worker.stop()
    }
  })

  /** What an operator watches of a worker that has seen others come and go. Copies are made by the second. */
  async function tellOperations(worker: string): Promise<void> {
    const told = [
      /^pulso_rebalances_total\{group="[^"]*\.streams"\} [1-9]/m,
      /^pulso_consumer_lag_records\{group="consumer-trends\.2"\} \d/m,
      /^pulso_restore_left_offsets\{group="consumer-trends\.[12]",partition="\d"\} 0$/m,
      /^pulso_standby_left_offsets\{group="[^"]+",partition="\d"\} 0$/m,
      /^# TYPE pulso_transactions_aborted_total counter$/m,
    ]
    const metrics = async () => (await fetch(`${worker}/metrics`)).text()
    await askedUntil(metrics, (text) => told.every((metric) => metric.test(text)))
  }

  /** Of each term and region one worker tells the windows that are open, and the other one names that one. */
  async function tellOpenWindows(workers: readonly [string, string]): Promise<void> {
    const answered = new Set<string>()
    let windows = 0
    for (const [path, expected] of openWindowsExpected(run.expected, 150)) {
      const [one, other] = [await askWorker(workers[0], path), await askWorker(workers[1], path)]
      const [has, hasNot] = one.status === 421 ? [other, one] : [one, other]
      expect([has.status, hasNot.status, hasNot.headers.get('location')]).toEqual([200, 421, has.url])
      expect(await openWindowsTold(has)).toEqual(expected)
      answered.add(new URL(has.url).origin)
      windows += expected.length
    }
    expect(answered).toEqual(new Set(workers))
    expect(windows).toBeGreaterThan(0)
  }

  /** What the programs of docs/consumers print, asked of the tables. */
  async function told(): Promise<string> {
    const ask = async (sql: string) => new TextDecoder().decode(await run.instance.query(sql, 'TSVRaw', {}))
    const dishes = await ask(`
      SELECT concat(each.term, ': ', toString(sum(sign))) FROM pulso.mentions
      ARRAY JOIN terms AS each
      WHERE each.kind = 'dish' GROUP BY each.term HAVING sum(sign) > 0 ORDER BY sum(sign) DESC, each.term`)
    const days = await ask(`
      SELECT concat(toString(toDate(start, 'America/Lima')), ': ', toString(mentions), ' mentions, ', toString(reposts),
        ' reposts, ', toString(authors), ' authors')
      FROM pulso.trends_final WHERE kind = 'all' AND region = '*' AND window = 'day' ORDER BY start`)
    return dishes + days
  }

  const itIn = (page: 'python' | 'java' | 'kcat') => (whyNoConsumer(page) === null ? it : it.skip)

  itIn('python')('are read by the program in Python, which tells what the tables tell', async () => {
    const expected = await told()
    expect(expected).toMatch(/^.+: \d+\n[\s\S]*\d{4}-\d\d-\d\d: \d+ mentions/)
    expect(await runPython(cluster)).toBe(expected)
  })

  itIn('java')('are read by the program in Java, which tells what the tables tell', async () => {
    expect(await runJava(cluster)).toBe(await told())
  })

  it('are read by a program in Java with the libraries that its page names', () => {
    const pom = readFileSync(projectPath('tests/support/kafka/consumer-pom.xml'), 'utf8')
    const lines = blocksOf('java', 'xml').join('').trim().split('\n')
    expect(lines.filter((line) => !pom.includes(line))).toEqual([])
    expect(pom.match(/<dependency>/g)).toHaveLength(lines.length)
  })

  itIn('kcat')('are read by kcat', async () => {
    const [topics, windows, days, schema] = await runKcat(cluster)
    expect(topics).toMatch(/topic "mentions" with \d+ partitions/)
    expect(windows?.split('\n').map((line) => line.split(' ')[0])).toEqual(['day', 'hour', 'minute', 'tenMinutes', ''])
    expect(days).toMatch(/^( *\d+ \d{4}-\d\d-\d\d\n)+$/)
    expect(schema).toMatch(/^ +0( +\d+){4}\n$/)
  })
})
