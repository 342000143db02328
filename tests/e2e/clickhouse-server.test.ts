import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { neededRights } from '../../sinks/clickhouse/server/fitness.js'
import { insertableSettings } from '../../sinks/clickhouse/server/settings.js'
import { insertSettings } from '../../sinks/clickhouse/store.js'
import { readControlFile } from '../../streams/app/control.js'
import { projectPath } from '../../streams/project.js'
import { askedUntil } from '../support/asked-until.js'
import { ClickHouseServer } from '../support/clickhouse-server.js'
import { pulso } from '../support/command.js'
import { scratchFolder } from '../support/scratch.js'
import { reportOf, totalOf } from '../verify/comparison.js'
import { EngineProcess, type LogLine } from '../verify/engine-process.js'
import { recordOf } from '../verify/feed.js'
import { oracleRun } from '../verify/oracle-run.js'
import { markers } from '../verify/world.js'

const scratch = scratchFolder()
const dataDir = join(scratch.dir, 'data')
let server: ClickHouseServer
let settings: Readonly<Record<string, string>>
const lines: LogLine[] = []

beforeAll(async () => {
  server = await ClickHouseServer.start()
  settings = { PULSO_CLICKHOUSE_URL: server.url, PULSO_CLICKHOUSE_PASSWORD: 'secret', PULSO_SENTIMENT: 'false' }
})
afterAll(async () => {
  await server.remove()
  scratch.remove()
})

const board = (): string => readControlFile(dataDir)?.url ?? ''

/** What the engine answers there. */
async function asked(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${board()}${path}`)
  return { status: response.status, text: await response.text() }
}

/** What it answers there once that is so. */
const until = async (path: string, reached: (answer: Awaited<ReturnType<typeof asked>>) => boolean): Promise<string> =>
  (await askedUntil(() => asked(path), reached)).text

const ready = () => until('/readyz', ({ status }) => status === 200)
const up = (value: 0 | 1) => until('/metrics', ({ text }) => text.includes(`\npulso_clickhouse_up ${value}\n`))

/** Waits for the beginning of an insert. */
const inserting = (engine: EngineProcess) =>
  new Promise<void>((resolve) => {
    const stop = engine.onLine((line) => {
      if (line['begins'] !== 'insert') return
      stop()
      resolve()
    })
  })

describe('an engine whose tables are on a ClickHouse server', () => {
  it('writes every number that was to be written, though the server is killed in the midst of inserts', async () => {
    const run = await oracleRun({
      ...{ dataDir, seed: 11, posts: 1_500, sentiment: false, settings, say: () => {} },
      meanwhile: async (engine) => {
        engine.onLine((line) => lines.push(line))
        await inserting(engine)
        await server.kill()
        expect(await until('/readyz', ({ status }) => status === 503)).toMatch(/analytics store.*gives no answer/)
        await up(0)
        expect(await asked('/api/v1/terms/rising')).toEqual({
          status: 503,
          text: expect.stringContaining('unavailable'),
        })
        await server.start()
        await up(1)
        await ready()
        await server.kill()
        await server.start()
      },
    })
    const compared = await run.compare()
    await run.close()
    const { differences, numbers } = totalOf(compared)
    expect(differences === 0 ? '' : reportOf(compared)).toBe('')
    expect(numbers).toBeGreaterThan(100_000)
  })

  it('has opened no engine of its own', () => {
    expect(existsSync(join(dataDir, 'log'))).toBe(true)
    expect(existsSync(join(dataDir, 'clickhouse'))).toBe(false)
  })

  it('told of the outage in few lines, with the remedy, and of its end', () => {
    const told = lines.filter((line) => line['what'] === 'analytics store')
    const fails = told.filter((line) => line['msg'] === 'failed and is tried again')
    expect(fails[0]?.['message']).toMatch(/start the server, or set PULSO_CLICKHOUSE_URL/)
    expect(fails.length).toBeLessThan(10)
    expect(told.some((line) => line['msg'] === 'works again')).toBe(true)
    expect(lines.filter((line) => line['msg'] === 'a request failed')).toEqual([])
  })

  it('starts while the server is away, takes records, and catches up once it is there', async () => {
    await server.stop()
    const environment = { ...settings, PULSO_PARTITIONS: '4', PULSO_AUTHOR_KEY: 'verification' }
    const engine = await EngineProcess.start(dataDir, environment)
    await until('/readyz', ({ text }) => text.includes('gives no answer'))
    await engine.instance().append(markers('late', Date.UTC(2016, 0, 1)).map(recordOf))
    expect(await engine.stop()).toBe(0)
    const again = await EngineProcess.start(dataDir, environment)
    await server.start()
    await ready()
    const sql = "SELECT count() > 0 AS there FROM mentions WHERE startsWith(postId, 'late')"
    const there = async () => Buffer.from(await again.instance().query(sql, 'TSV', {})).toString()
    await askedUntil(there, (answer) => answer === '1\n')
    expect(await again.stop()).toBe(0)
  })

  it('is not needed for commands to ask the server', async () => {
    const ran = await pulso(dataDir, ['query', 'SELECT count() > 0 FROM mentions', '--format', 'TSV'], settings)
    expect(ran).toMatchObject({ status: 0, out: '1\n' })
  })

  it('does not start where the server refuses, and says the remedy', async () => {
    const ran = await pulso(dataDir, ['start', '--http-port', '0'], { ...settings, PULSO_CLICKHOUSE_PASSWORD: 'wrong' })
    expect(ran.status).not.toBe(0)
    expect(ran.err).toMatch(
      /AUTHENTICATION_FAILED, code 516\): set PULSO_CLICKHOUSE_USER and PULSO_CLICKHOUSE_PASSWORD/,
    )
  })
})

describe('the doctor', () => {
  const doctor = (more: Readonly<Record<string, string>> = {}) =>
    pulso(dataDir, ['doctor'], { ...settings, PULSO_HTTP_PORT: '0', ...more })

  it('says which server there is, and as whom it is asked', async () => {
    const { out } = await doctor()
    expect(out).toMatch(
      /ok {3}ClickHouse server: \d+\.\d+\S* at http:\/\/127\.0\.0\.1:\d+, user default, database pulso/,
    )
    expect(out).not.toContain('ClickHouse interface')
  })

  it('says what is wrong with it, and the remedy', async () => {
    const wrong = await doctor({ PULSO_CLICKHOUSE_PASSWORD: 'wrong' })
    expect(wrong.out).toMatch(/FAIL ClickHouse server: .*Authentication failed[^\n]*\n +set PULSO_CLICKHOUSE_USER/)
    await server.stop()
    const away = await doctor()
    expect(away.out).toMatch(/FAIL ClickHouse server: .*gives no answer[^\n]*\n +start the server/)
    await server.start()
  })
})

describe('the page on ClickHouse servers', () => {
  const page = readFileSync(projectPath('docs/clickhouse-server.md'), 'utf8')
  const blocksOf = (language: string) =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)

  it('has blocks that run as they stand, one after the other', async () => {
    const { PATH, HOME } = process.env
    const own = {
      NODE: process.execPath,
      BIN: projectPath('bin/pulso.js'),
      PULSO_DATA_DIR: dataDir,
      PULSO_HTTP_PORT: '0',
    }
    const env = { PATH, HOME, ...own, ...settings, PULSO_CLICKHOUSE_USER: 'default' }
    const script = (code: string) => `set -e\npulso() { "$NODE" "$BIN" "$@"; }\n${code}`
    const said: string[] = []
    for (const block of blocksOf('sh run'))
      said.push((await promisify(execFile)('bash', ['-c', script(block)], { env })).stdout)
    expect(said).toEqual([
      expect.stringContaining('ok   ClickHouse server: '),
      expect.stringMatching(/^1\tmentions\n2\tresults\n[\s\S]*\n1\n$/),
    ])
  })

  it('has statements that ClickHouse reads, with the rights that are asked for', async () => {
    const statements = blocksOf('sql').flatMap((block) =>
      block.split(';').filter((statement) => statement.trim() !== ''),
    )
    expect(statements).toHaveLength(4)
    for (const statement of statements) {
      const literal = statement.replaceAll("'", "\\'")
      expect(await server.execute(`SELECT formatQuerySingleLine('${literal}')`)).not.toBe('')
    }
    expect(page).toContain(`GRANT ${neededRights} ON pulso.* TO pulso;`)
  })

  it('names every setting that exactly-once needs, and no other', () => {
    const asked = insertSettings('any')
    const fixed = { value: 'other', fixed: true, min: null, max: null }
    const user = new Map(Object.keys(asked).map((name) => [name, fixed]))
    const refused = (() => {
      try {
        return JSON.stringify(insertableSettings(asked, user))
      } catch (error) {
        return String(error)
      }
    })()
    const section = page.slice(page.indexOf('| setting |'), page.indexOf('Others are for speed'))
    const named = [...section.matchAll(/`(\w{6,})`/g)].map(([, name = '']) => name).filter((name) => name in asked)
    const needed = Object.keys(asked).filter((name) => refused.includes(`${name} (needed`))
    expect(named.sort()).toEqual(needed.sort())
  })
})
