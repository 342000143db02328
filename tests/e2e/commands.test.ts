import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { linesOf, pulso, type Ran } from '../support/command.js'
import { scratchFolder } from '../support/scratch.js'
import { EngineProcess } from '../verify/engine-process.js'

const scratch = scratchFolder()
const dataDir = join(scratch.dir, 'data')
const csv = join(scratch.dir, 'posts.csv.gz')
const rows = `postId,source,author,text,createdAt
t:1,test,ana,"Rico ceviche, señora",2024-03-01T12:00:00Z
t:2,test,eva,"Rico ""lomo"" saltado",2024-03-01T12:00:10Z
t:3,test,ana
t:4,test,ana,Tiradito,ayer
`
let engine: EngineProcess | undefined
const model = { PULSO_SENTIMENT: 'true', PULSO_MODEL_DIR: projectPath('tests/fixtures/tiny-bert/wordpiece') }

const run = (...args: string[]) => pulso(dataDir, args)

/** One line that says what is wrong, and no stack trace. */
function expectRefused(ran: Ran | undefined, status: number, says: RegExp): void {
  expect(ran?.err).toMatch(says)
  expect(ran).toMatchObject({ status, out: '' })
  expect(ran?.err.trimEnd().replace(/\n\(pulso --help shows what there is\)$/, '')).not.toContain('\n')
}

beforeAll(() => writeFileSync(csv, gzipSync(rows)))

afterAll(async () => {
  await engine?.stop()
  scratch.remove()
})

describe('a command line that is wrong', () => {
  const cases: readonly (readonly [args: string[], says: RegExp])[] = [
    [['nonsense'], /unknown command 'nonsense'/],
    [['start', '--nonsense'], /unknown option '--nonsense'/],
    [['start', '--backend', 'kafak'], /PULSO_BACKEND: "kafak" is none of embedded, kafka/],
    [['start', '--http-port', '99999'], /PULSO_HTTP_PORT: "99999" is no port/],
    [['start', '--topologies', 'x'], /no topology "x": there are consumer-trends, /],
    [['describe', 'x'], /no topology "x": there are consumer-trends, /],
    [['describe', '--format', 'xml'], /--format "xml" is none of text, mermaid, json/],
    [['replay', csv], /required option '--topic <topic>'/],
    [['replay', csv, '--topic', 'x'], /--topic "x" is none of posts, reviews/],
    [['replay', csv, '--topic', 'posts', '--speed', 'fast'], /"fast" is no speed: write 1x, 60x or max/],
    [['replay', csv, '--topic', 'posts', '--map', 'x'], /--map "x" is no mapping: write/],
    [['replay', csv, '--topic', 'posts', '--rebase', 'x'], /--rebase "x" is not "now"/],
    [['query', 'SELECT 1', '--param', 'x'], /--param "x" is no parameter: write/],
    [['dead-letters', 'list', '--limit', 'x'], /--limit "x" is no whole number above 0/],
    [['dead-letters', 'replay'], /say which: ids, --reason, --topic or --all/],
    [['score'], /give texts, or --file/],
    [['digest'], /required option '--out <file>'/],
    [['digest', '--out', 'x.html', '--lang', 'qu'], /--lang "qu" is none of es, en/],
    [['digest', '--out', 'x.html', '--region', '99'], /--region "99" is no department/],
    [['digest', '--out', 'x.html', '--to', 'ayer'], /--to: "ayer" is no instant/],
    [['token', 'create', '--role', 'king'], /--role "king" is none of viewer, editor, admin/],
    [['erase', '--post', 'x', '--author', 'y:z'], /say either --author or --post/],
  ]

  it('ends with 2, says why on one line, and touches nothing', async () => {
    for (let from = 0; from < cases.length; from += 6) {
      const some = cases.slice(from, from + 6)
      const ran = await Promise.all(some.map(([args]) => run(...args)))
      for (const [index, [, says]] of some.entries()) expectRefused(ran[index], 2, says)
    }
    expect(existsSync(dataDir)).toBe(false)
  })

  it('ends with 2 for a setting that there is none of, whatever the command', async () => {
    expectRefused(await pulso(dataDir, ['describe'], { PULSO_NOSUCH: '1' }), 2, /PULSO_NOSUCH is no setting of Pulso/)
  })

  it('is helped with examples', async () => {
    const commands = [
      'start',
      'replay',
      'backfill',
      'describe',
      'tail',
      'query',
      'score',
      'doctor',
      'erase',
      'dead-letters',
    ]
    const more = [
      ['dead-letters', 'list'],
      ['dead-letters', 'show'],
      ['dead-letters', 'replay'],
      ['token'],
      ['token', 'create'],
      [],
    ]
    const helps = await Promise.all([...commands.map((one) => [one]), ...more].map((one) => run(...one, '--help')))
    for (const { status, out } of helps) {
      expect(status).toBe(0)
      expect(out).toMatch(/Examples?:\n {2}pulso /)
    }
  })
})

describe('without an engine and without data', () => {
  it('commands that need data end with 1, say where they looked, and make no folder', async () => {
    const commands = [
      ['query', 'SELECT 1'],
      ['tail', 'mentions'],
      ['dead-letters', 'list'],
      ['erase', '--post', 'x'],
      ['backfill', csv, '--topic', 'posts'],
    ]
    for (const ran of await Promise.all(commands.map((args) => run(...args)))) {
      expectRefused(ran, 1, /data holds no data of Pulso: name its folder with --data-dir or PULSO_DATA_DIR/)
    }
    expect(existsSync(dataDir)).toBe(false)
  })

  it('a file that is not there is named', async () => {
    expectRefused(
      await run('replay', 'nofile.jsonl', '--topic', 'posts'),
      1,
      /cannot read nofile.jsonl: there is no such file/,
    )
  })

  it('texts are scored, and doctor finds what a first start needs', async () => {
    const scored = await pulso(dataDir, ['score', 'muy rico', 'pésimo', '--json'], model)
    expect(scored.status).toBe(0)
    expect(linesOf(scored).map(({ text }) => text)).toEqual(['muy rico', 'pésimo'])
    const examined = await pulso(dataDir, ['doctor', '--json'], { PULSO_HTTP_PORT: '0', PULSO_CLICKHOUSE_PORT: '0' })
    expect(linesOf(examined).map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Node.js',
        'data folder',
        'disk',
        'sentiment model',
        'board and API',
        'ClickHouse interface',
      ]),
    )
    expect(examined.status).toBe(0)
  })
})

/** What works in the same way beside an engine and without one. */
async function expectTopicsAndLetters(): Promise<void> {
  const tail = await run('tail', 'posts', '--from', 'beginning', '--limit', '2', '--json')
  expect(linesOf(tail).map(({ key }) => key)).toEqual([
    expect.stringMatching(/^t:[124]$/),
    expect.stringMatching(/^t:[124]$/),
  ])
  expectRefused(await run('tail', 'nope'), 1, /there is no topic "nope": there are boards, .*posts/)

  const listed = linesOf(await run('dead-letters', 'list', '--all', '--json'))
  const places = listed.map(({ place, reason }) => [String(place).replace(/^.*\//, ''), reason])
  expect(places).toEqual(
    expect.arrayContaining([
      ['posts.csv.gz:4', 'undecodable'],
      ['posts.csv.gz:5', 'invalid'],
    ]),
  )
  const invalid = listed.find(({ reason }) => reason === 'invalid')
  const shown = await run('dead-letters', 'show', String(invalid?.['id']))
  expect(shown.out).toContain('"text":"Tiradito"')
  expectRefused(await run('dead-letters', 'show', '0@999'), 1, /there is no dead letter 0@999/)
  expectRefused(await run('dead-letters', 'replay', '0@999'), 1, /there is no dead letter 0@999/)
}

async function expectQueries(mentions: number): Promise<void> {
  const counted = await run('query', 'SELECT sum(sign) AS mentions FROM mentions', '--json')
  expect(linesOf(counted).map((row) => Number(row['mentions']))).toEqual([mentions])
  const sql = 'SELECT text FROM current_mentions WHERE postId = {id:String}'
  const found = await run('query', sql, '--param', 'id=t:1', '--format', 'CSV')
  expect(found).toEqual({ status: 0, out: '"Rico ceviche, señora"\n', err: '' })
  expectRefused(await run('query', 'SELEC 1'), 1, /Syntax error/)
  expectRefused(await run('query', 'DROP TABLE mentions'), 1, /in readonly mode: queries only read/)
}

describe('beside a running engine, and then without it', () => {
  it('a file is sent before any engine runs, and read when one does', async () => {
    const sent = await run('replay', csv, '--topic', 'posts', '--json')
    expect(sent).toMatchObject({ status: 3, err: expect.stringContaining('no engine runs') })
    expect(linesOf(sent)).toEqual([{ file: csv, sent: 2, refused: 2 }])
    await expectTopicsAndLetters()
    engine = await EngineProcess.start(dataDir, { PULSO_SENTIMENT: 'false' })
  })

  it('everything works through the engine', async () => {
    const sent = await run('backfill', csv, '--topic', 'posts', '--json')
    expect([sent.status, ...linesOf(sent)]).toEqual([3, { file: csv, sent: 2, refused: 2 }])
    expect(sent.err).toBe('')
    await Promise.all([expectTopicsAndLetters(), expectQueries(2)])
    expectRefused(await run('score', 'muy rico'), 1, /sentiment is switched off: set PULSO_SENTIMENT=true/)
    const examined = await run('doctor', '--json')
    expect(linesOf(examined).find(({ what }) => what === `engine (process ${engine?.pid})`)).toMatchObject({
      state: 'fine',
    })
  })

  it('a letter comes back mended', async () => {
    const args = ['dead-letters', 'replay', '--reason', 'invalid', '--map', 'createdAt=2024-03-01T12:00:20Z']
    expect(await run(...args)).toMatchObject({ status: 0, out: '2 replayed, 0 left\n' })
    expect(await run(...args)).toMatchObject({ status: 0, out: '0 replayed, 0 left\n' })
    const again = await run('dead-letters', 'replay', '--all')
    expect(again).toMatchObject({ status: 3, out: '0 replayed, 4 left\n' })
  })

  it('an author is erased', async () => {
    expect(await run('erase', '--author', 'test:nobody')).toMatchObject({
      status: 0,
      out: 'nothing of theirs is here\n',
    })
    expectRefused(await run('erase', '--author', 'nobody'), 1, /"nobody" is no author: write source:name/)
    expect(await run('erase', '--author', 'test:eva')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^1 post is being erased/),
    })
    await run('backfill', csv, '--topic', 'posts')
  })

  it('a token is made, once', async () => {
    const made = await run('token', 'create', '--role', 'viewer', '--json')
    expect(linesOf(made)).toEqual([{ token: expect.stringMatching(/^pulso_/), role: 'viewer', name: 'unnamed' }])
  })

  it('all that does not need an engine works without one', async () => {
    expect(await engine?.stop()).toBe(0)
    expectRefused(await run('backfill', csv, '--topic', 'posts'), 1, /no engine runs on this data folder: start one/)
    await expectTopicsAndLetters()
    await expectQueries(2)
    const described = await run('describe', '--json')
    expect(JSON.parse(described.out).map(({ name }: { name: string }) => name)).toContain('consumer-trends')
  })

  it('whoever stops reading the results is not told off', async () => {
    const command = `"$0" "$1" --data-dir "$2" query "SELECT number FROM numbers(1000000)" --format TSV | head -1`
    const args = ['-c', command, process.execPath, projectPath('bin/pulso.js'), dataDir]
    expect(await promisify(execFile)('bash', args)).toEqual({ stdout: '0\n', stderr: '' })
  })
})
