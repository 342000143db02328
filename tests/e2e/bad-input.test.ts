import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Instance } from '../../streams/app/instance.js'
import { linesOf, pulso } from '../support/command.js'
import { type Malformation, type MalformedFile, malformations, writeMalformedFile } from '../support/malformed.js'
import { scratchFolder } from '../support/scratch.js'
import { smallHeap } from '../support/small-heap.js'
import { EngineProcess } from '../verify/engine-process.js'
import { drained } from '../verify/feed.js'
import { queried } from '../verify/reading.js'

const scratch = scratchFolder()
const dataDir = join(scratch.dir, 'data')
const file = join(scratch.dir, 'posts.jsonl')
const settings = { PULSO_SENTIMENT: 'false' }
let engine: EngineProcess
let written: MalformedFile

const badLines = (reason: string) =>
  (Object.keys(malformations) as Malformation[])
    .filter((kind) => malformations[kind] === reason)
    .flatMap((kind) => written.lines[kind])
    .sort((a, b) => a - b)

async function numbers(instance: Instance, sql: string): Promise<readonly number[]> {
  return (await queried(instance, sql)).map(([cell]) => Number(cell))
}

const standing = async (instance: Instance) => (await numbers(instance, 'SELECT sum(sign) FROM mentions'))[0]

beforeAll(async () => {
  written = await writeMalformedFile(file, { seed: 7, good: 5_000, bad: 10_000 })
  engine = await EngineProcess.start(dataDir, settings)
})

afterAll(async () => {
  await engine.stop()
  scratch.remove()
})

describe('10,000 malformed lines among good ones', () => {
  it('are refused one by one while the rest goes on, without being kept', async () => {
    const ran = await pulso(dataDir, ['backfill', file, '--topic', 'posts', '--json'], smallHeap)
    const impossibleTimes = badLines('timestamp-out-of-range').length
    const refused = 10_000 - impossibleTimes
    expect(linesOf(ran)).toEqual([{ file, sent: 5_000 + impossibleTimes, refused }])
    expect(ran.status).toBe(3)
  })

  it('leave the good ones counted exactly', async () => {
    await drained(engine.instance())
    expect(await standing(engine.instance())).toBe(written.good)
  })

  it.each(['undecodable', 'invalid', 'too-large'])('are dead letters with file and line: %s', async (reason) => {
    const sql = `SELECT line FROM dead_letters WHERE reason = '${reason}' AND endsWith(file, 'posts.jsonl') ORDER BY line`
    expect(await numbers(engine.instance(), sql)).toEqual(badLines(reason))
  })

  it('are dead letters with topic, partition and offset where the time cannot be', async () => {
    const sql = `SELECT key, partition, offset FROM dead_letters WHERE reason = 'timestamp-out-of-range' AND topic = 'posts'`
    const letters = await queried(engine.instance(), sql)
    expect(letters.map(([key]) => Number(String(key).slice(5))).sort((a, b) => a - b)).toEqual(
      badLines('timestamp-out-of-range'),
    )
    expect(new Set(letters.map(([, partition, offset]) => `${partition}-${offset}`)).size).toBe(letters.length)
  })

  it('are shown with what to do, on one line each', async () => {
    const ran = await pulso(dataDir, ['dead-letters', 'list', '--limit', '20000'])
    const lines = ran.out.trimEnd().split('\n')
    expect(lines).toHaveLength(10_000)
    expect(
      lines.filter((line) => /^\d+@\d+ +[a-z-]+ +(\S+posts\.jsonl:\d+|posts-\d+@\d+) {2}\S/.test(line)),
    ).toHaveLength(10_000)
    expect(ran.out).toContain('raise PULSO_MAX_VALUE_BYTES')
  })

  it('come back when the limits were raised: records from the log, long lines from their file', async () => {
    await engine.stop()
    const raised = { ...settings, PULSO_MAX_VALUE_BYTES: '8MiB', PULSO_EARLIEST_TIMESTAMP: '1970-01-01T00:00:00Z' }
    engine = await EngineProcess.start(dataDir, raised)
    const { huge, year1970, year2099 } = written.lines
    const replay = (reason: string, environment = raised) =>
      pulso(dataDir, ['dead-letters', 'replay', '--reason', reason, '--json'], environment)

    const tooLarge = await replay('too-large')
    expect([tooLarge.status, ...linesOf(tooLarge)]).toEqual([0, { replayed: huge.length, left: 0 }])
    const times = await replay('timestamp-out-of-range')
    expect([times.status, ...linesOf(times)]).toEqual([0, { replayed: year1970.length + year2099.length, left: 0 }])
    await drained(engine.instance())
    expect(await standing(engine.instance())).toBe(written.good + huge.length + year1970.length)
    const again = "SELECT count() FROM dead_letters WHERE reason = 'timestamp-out-of-range' AND replays = 1"
    expect(await numbers(engine.instance(), again)).toEqual([year2099.length])
    const tooLargeAgain = await replay('too-large')
    expect(linesOf(tooLargeAgain)).toEqual([{ replayed: 0, left: 0 }])
  })

  it('come back with a mapping that mends them; those that it does not mend stay', async () => {
    const instance = engine.instance()
    const before = (await standing(instance)) ?? 0
    const invalid = badLines('invalid').length
    const { misspelt } = written.lines
    const ran = await pulso(dataDir, [
      'dead-letters',
      'replay',
      '--reason',
      'invalid',
      '--map',
      'text={texto}',
      '--json',
    ])
    expect(ran.status).toBe(3)
    expect(linesOf(ran)).toEqual([{ replayed: misspelt.length, left: invalid - misspelt.length }])
    expect(ran.err.trimEnd().split('\n')).toHaveLength(21)
    await drained(instance)
    expect(await standing(instance)).toBe(before + misspelt.length)
  })
})

describe('CSV with rows that are none', () => {
  const rows = join(scratch.dir, 'rows.csv.gz')
  const folder = join(scratch.dir, 'of-rows')
  const csv = [
    'postId,source,author,text,createdAt',
    '1,test,ana,"nobody closed it,2024-03-01T12:00:00Z',
    `2,test,ana,"${'ceviche '.repeat(200_000)}",2024-03-01T12:00:01Z`,
    '3,test,ana,bueno,2024-03-01T12:00:02Z',
    '4,test,ana,sin fecha,ayer',
    '5,test,ana,"bueno, también",2024-03-01T12:00:03Z',
  ]
  const run = (args: readonly string[], environment = {}) => pulso(folder, args, environment)
  const sent = async () => {
    const posts = linesOf(await run(['tail', 'posts', '--from', 'beginning', '--json']))
    return posts.map((post) => (typeof post === 'object' && post !== null && 'key' in post ? post.key : null)).sort()
  }

  it('is sent but for those, whose letters say where they stand', async () => {
    writeFileSync(rows, gzipSync(csv.join('\n')))
    const ran = await run(['replay', rows, '--topic', 'posts', '--json'])
    expect([ran.status, linesOf(ran)]).toEqual([3, [{ file: rows, sent: 2, refused: 3 }]])
    expect(await sent()).toEqual(['3', '5'])
    const letters = (await run(['dead-letters', 'list'])).out.trimEnd().split('\n')
    expect(letters.map((letter) => /(\S+) +\S+rows\.csv\.gz:(\d+) /.exec(letter)?.slice(1)).sort()).toEqual([
      ['invalid', '5'],
      ['too-large', '3'],
      ['undecodable', '2'],
    ])
  })

  it('comes back where the limit was raised or a mapping mends it; what is no row stays', async () => {
    const mended = ['--topic', 'posts', '--map', 'createdAt=2024-03-01T12:00:04Z', '--json']
    const ran = await run(['dead-letters', 'replay', ...mended], { PULSO_MAX_VALUE_BYTES: '8MiB' })
    expect([ran.status, linesOf(ran)]).toEqual([3, [{ replayed: 2, left: 1 }]])
    expect(ran.err).toContain('mend the row and replay the file')
    expect(await sent()).toEqual(['2', '3', '4', '5'])
  })
})
