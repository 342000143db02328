import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { type ClickHouseHttp, clickhouseHttp } from '../../sinks/clickhouse/http/server.js'
import { mentionRow } from '../../sinks/clickhouse/rows.js'
import { projectPath } from '../../streams/project.js'
import { foreignProgram, isRunHere } from '../support/clickhouse-clients.js'
import { aMention } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'

const page = readFileSync(projectPath('docs/clients.md'), 'utf8')

/** The code of the page in this language. */
function codeOf(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
  if (blocks.length !== 1) throw new Error(`docs/clients.md has ${blocks.length} blocks of ${language}, not one`)
  return blocks[0]?.[1] ?? ''
}

const itWithPython = isRunHere('python') ? it : it.skip

describe('the page on clients', () => {
  const scratch = scratchFolder()
  // beside node_modules, where Node finds the client
  const modules = mkdtempSync(projectPath('dist/clients-'))
  let store: EmbeddedStore
  let http: ClickHouseHttp
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    await store.migrate()
    const ceviche = { term: 'ceviche', kind: 'dish' } as const
    const rows = ['a', 'b', 'c'].map((postId, index) =>
      mentionRow(
        aMention({ postId, terms: index === 0 ? [ceviche] : [ceviche, { term: 'ají de gallina', kind: 'dish' }] }),
      ),
    )
    await store.write({ table: 'mentions', token: '1', rows })
    http = await clickhouseHttp({ executor: store.executor, port: 0, password: "p'w" })
  })
  afterAll(async () => {
    await http.close()
    await store.close()
    scratch.remove()
    rmSync(modules, { recursive: true })
  })

  async function run(command: string, args: readonly string[]): Promise<string> {
    const environment = { ...process.env, PULSO_URL: http.url, PULSO_PASSWORD: "p'w" }
    const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(child.exitCode).toBe(0)
    return output
  }

  const answer = 'ceviche: 3 mentions, 3 positive\nají de gallina: 2 mentions, 2 positive\n'

  it('has a program for Node that works as it stands', async () => {
    const file = join(modules, 'client.mjs')
    writeFileSync(file, codeOf('js'))
    expect(await run(process.execPath, [file])).toBe(answer)
  })

  it('has a line for curl that works as it stands', async () => {
    expect(await run('sh', ['-c', codeOf('sh')])).toBe('"ceviche",3,3\n"ají de gallina",2,2\n')
  })

  for (const language of ['python', 'java', 'go'] as const) {
    const itHere = isRunHere(language) ? it : it.skip
    itHere(`has a program for ${language} that works as it stands`, async () => {
      const program = foreignProgram(language, codeOf(language))
      try {
        expect(await run(program.command, program.args)).toBe(answer)
      } finally {
        program.remove()
      }
    })
  }

  it('names every table and view that there is to ask, and no other', async () => {
    const hidden = [
      'migrations',
      'blocks',
      'trends',
      'engagement_metrics',
      'trends_by_minute',
      'trends_by_hour',
      'trends_by_day',
      'aspects_by_hour',
      'aspects_by_day',
    ]
    const rows = await store.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = 'pulso' AND name NOT LIKE '%_writer'",
    )
    const names = rows.map(({ name }) => name).filter((name) => !hidden.includes(name))
    const section = page.slice(page.indexOf('## What there is to ask'), page.indexOf('Term `*`'))
    const told = [...section.matchAll(/`(\w+)`(?=[^\n]*\|[^\n]*\|)/g)].map((match) => match[1])
    expect(told.filter((name) => name !== 'sign').sort()).toEqual(names.sort())
  })
})

describe('the interface in its writable mode', () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  let http: ClickHouseHttp
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    http = await clickhouseHttp({ executor: store.executor, port: 0, writable: true })
  })
  afterAll(async () => {
    await http.close()
    await store.close()
    scratch.remove()
  })

  const post = async (body: string | Uint8Array, query = '') => {
    const answer = await fetch(`${http.url}/?${new URLSearchParams({ query })}`, { method: 'POST', body })
    return `${answer.status === 200 ? '' : answer.status}${await answer.text()}`
  }

  it('takes data behind the statement and in its place, as text and as bytes', async () => {
    expect(await post("CREATE TABLE t (a UInt8, b String DEFAULT 'd') ENGINE = MergeTree ORDER BY a")).toBe('')
    expect(await post('INSERT INTO t FORMAT JSONEachRow\n{"a":1,"b":"x; FORMAT y"}\n{"a":2}')).toBe('')
    expect(await post('3,"é\n"\n', 'INSERT INTO t FORMAT CSV')).toBe('')
    expect(
      await post(new Uint8Array([4, 2, 255, 0]), 'INSERT INTO t (a, b) SETTINGS max_threads = 1 FORMAT RowBinary'),
    ).toBe('')
    expect(await post("INSERT INTO t VALUES (5, 'it''s FORMAT CSV\n')")).toBe('')
    expect(await post('INSERT INTO t (a) SELECT 6 FORMAT Null')).toBe('')
    expect(await post('SELECT a, hex(b), b FROM t ORDER BY a FORMAT JSONCompactColumns')).toContain(
      '["783B20464F524D41542079", "64", "C3A90A", "FF00", "6974277320464F524D4154204353560A", "64"]',
    )
  })

  it('refuses to write or read files by the statements of the command line', async () => {
    expect(await post("SELECT 1 INTO OUTFILE '/tmp/pulso-outfile'")).toMatch(/^501Code: 48\./)
    expect(await post("INSERT INTO t FROM INFILE '/etc/hostname' FORMAT CSV")).toMatch(/^501Code: 48\./)
  })

  it('lets nothing be written by GET', async () => {
    const answer = await fetch(`${http.url}/?query=${encodeURIComponent('DROP TABLE t')}`)
    expect(answer.headers.get('X-ClickHouse-Exception-Code')).toBe('164')
  })

  itWithPython('is written and read by clickhouse-connect', async () => {
    const program = `
import clickhouse_connect
client = clickhouse_connect.get_client(host='127.0.0.1', port=${http.port})
client.command('CREATE TABLE py (a UInt32, b Nullable(String)) ENGINE = MergeTree ORDER BY a')
client.insert('py', [[1, 'ñ'], [2, None]], column_names=['a', 'b'])
print(client.query('SELECT a, b FROM py ORDER BY a').result_rows)
`
    const child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    expect(await text(child.stdout)).toBe("[(1, 'ñ'), (2, None)]\n")
  })
})
