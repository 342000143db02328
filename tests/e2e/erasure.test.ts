import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { erase } from '../../streams/app/erasure.js'
import type { Instance } from '../../streams/app/instance.js'
import { replayLetters } from '../../streams/app/letter-replay.js'
import { partition, topicName } from '../../streams/engine/topic.js'
import { pulso } from '../support/command.js'
import { scratchFolder } from '../support/scratch.js'
import { EngineProcess } from '../verify/engine-process.js'
import { drained } from '../verify/feed.js'

const scratch = scratchFolder()
const file = join(scratch.dir, 'posts.jsonl')
const dataDir = join(scratch.dir, 'data')
const secret = 'Confieso que el tiradito me hizo llorar'
const noon = Date.UTC(2024, 2, 1, 17)
let engine: EngineProcess

const post = (id: string, author: string, text: string) => ({
  postId: id,
  source: 'test',
  author,
  text,
  createdAt: noon,
  url: `https://example.org/${author}/${id}`,
})

beforeAll(async () => {
  engine = await EngineProcess.start(dataDir, { PULSO_SENTIMENT: 'false', PULSO_PARTITIONS: '2' })
  const lines = [
    post('test:1', 'ana', secret),
    { ...post('test:1', 'ana', `${secret}, otra vez`), editedAt: noon + 1 },
    post('test:2', 'ana', `${secret}: segunda parte`),
    post('test:3', 'eva', 'Rico tiradito'),
    { ...post('test:2', 'ana', `${secret}, sin fecha`), createdAt: 'ayer' },
    { ...post('test:1', 'ana', `${secret}, en otro tiempo`), createdAt: Date.UTC(2099, 0, 1) },
  ]
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  expect(await pulso(dataDir, ['backfill', file, '--topic', 'posts'])).toMatchObject({ status: 3 })
  // a line whose fields have names of their own, refused for its date
  const foreign = join(scratch.dir, 'foreign.jsonl')
  writeFileSync(foreign, JSON.stringify({ id: 2, who: 'ana', body: `${secret}, a su modo`, when: 'ayer' }))
  const mapping = ['postId=test:{id}', 'author={who}', 'text={body}', 'createdAt={when}', 'source=test']
  const maps = mapping.flatMap((pair) => ['--map', pair])
  expect(await pulso(dataDir, ['backfill', foreign, '--topic', 'posts', ...maps])).toMatchObject({ status: 3 })
})

afterAll(async () => {
  await engine.stop()
  scratch.remove()
})

async function count(instance: Instance, sql: string): Promise<number> {
  return Number(Buffer.from(await instance.query(sql, 'TSV', {})).toString())
}

/** Everything that the topics hold, as text. */
async function wholeLog(instance: Instance): Promise<string> {
  const texts: string[] = []
  for (const { name, partitions } of await instance.topics()) {
    for (let index = 0; index < partitions; index++) {
      const at = { topic: topicName(name), partition: partition(index) }
      const [position] = (await instance.positions(name)).slice(index)
      const read = await instance.fetch([{ at, from: position?.start ?? 0 }], { records: 10_000, bytes: 1e8 })
      for (const { records } of read) for (const { value } of records) texts.push(Buffer.from(value ?? []).toString())
    }
  }
  return texts.join('\n')
}

const withText = (table: string, column: string) => `SELECT count() FROM ${table} WHERE ${column} LIKE '%Confieso%'`

describe('erasing an author', () => {
  it('takes the numbers back and leaves no text of theirs, in the tables and in the log', async () => {
    const instance = engine.instance()
    expect(await count(instance, withText('mentions', 'text'))).toBeGreaterThan(0)
    expect(await count(instance, withText('dead_letters', 'value'))).toBe(3)
    expect(await wholeLog(instance)).toContain('Confieso')

    const erased = await pulso(dataDir, ['erase', '--author', 'test:ana', '--json'])
    expect(erased).toMatchObject({ status: 0, out: '{"posts":2}\n' })
    await drained(instance)

    expect(await count(instance, withText('mentions', 'text'))).toBe(0)
    expect(await count(instance, withText('dead_letters', 'value'))).toBe(0)
    expect(await count(instance, 'SELECT count() FROM dead_letters')).toBe(3)
    expect(await wholeLog(instance)).not.toContain('Confieso')
    expect(await wholeLog(instance)).toContain('Rico tiradito')
  })

  it('leaves every sum as if the posts had never been', async () => {
    const instance = engine.instance()
    expect(await count(instance, 'SELECT sum(sign) FROM mentions')).toBe(1)
    expect(
      await count(instance, "SELECT mentions FROM trends_by_day_view WHERE term = 'tiradito' AND region = '*'"),
    ).toBe(1)
    expect(
      await count(instance, "SELECT authors FROM trends_by_day_view WHERE term = 'tiradito' AND region = '*'"),
    ).toBe(1)
  })

  it('brings nothing back when the posts come again, the dead letters are replayed or the engine starts anew', async () => {
    await replayLetters(engine.instance(), { mapping: {}, selects: () => true, maxValueBytes: 1_000_000 })
    await pulso(dataDir, ['backfill', file, '--topic', 'posts'])
    expect(await engine.stop()).toBe(0)
    engine = await EngineProcess.start(dataDir, { PULSO_SENTIMENT: 'false', PULSO_PARTITIONS: '2' })
    const instance = engine.instance()
    await drained(instance)
    expect(await count(instance, withText('mentions', 'text'))).toBe(0)
    expect(await count(instance, 'SELECT sum(sign) FROM mentions')).toBe(1)
    expect(await erase(instance, { author: 'test:ana' })).toBe(0)
  })
})
